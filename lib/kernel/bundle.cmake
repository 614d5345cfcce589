# cmake -D KERNEL=... -D TO=... -P bundle.cmake: the kernel and what it needs beside what every machine with Java has, in
# one folder, with their names in the file `libraries`.
cmake_policy(SET CMP0009 NEW)
file(GET_RUNTIME_DEPENDENCIES LIBRARIES ${KERNEL} RESOLVED_DEPENDENCIES_VAR found UNRESOLVED_DEPENDENCIES_VAR missing
  PRE_EXCLUDE_REGEXES "^lib(c|m|gcc_s|stdc\\+\\+|pthread|rt|dl)\\.so" "^ld-linux")
set(names "")
foreach(library ${found} ${KERNEL})
  cmake_path(GET library FILENAME name)
  file(REAL_PATH ${library} real)
  file(COPY_FILE ${real} ${TO}/${name})
  string(APPEND names "${name}\n")
endforeach()
file(WRITE ${TO}/libraries "${names}")
