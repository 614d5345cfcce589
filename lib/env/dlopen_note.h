// What the program loads when it is asked for it, as a note in the binary that packagers' tools
// read
// ("readelf --notes", "objdump"): it finds no way into what the linker says that is needed.
//
// Source: "ELF dlopen() metadata specification", systemd and the UAPI group: owner "FDO", type
// 0x407c0c0a, JSON with a NUL behind it.
#pragma once

/// At namespace scope, beside the dlopen() that it tells of. All three are literals. By the
/// assembler: the compiler would align it as no reader of notes expects it, and have it written to.
#define WS_DLOPEN_NOTE(feature, description, soname)                                           \
  asm(".pushsection .note.dlopen, \"a\", %note\n"                                              \
      ".balign 4\n"                                                                            \
      ".long 4\n"                                                                              \
      ".long 2f - 1f\n"                                                                        \
      ".long 0x407c0c0a\n"                                                                     \
      ".asciz \"FDO\"\n"                                                                       \
      "1: .asciz \"[{\\\"feature\\\":\\\"" feature "\\\",\\\"description\\\":\\\"" description \
      "\\\",\\\"priority\\\":\\\"suggested\\\",\\\"soname\\\":[\\\"" soname                    \
      "\\\"]}]\"\n"                                                                            \
      "2: .balign 4\n"                                                                         \
      ".popsection\n")
