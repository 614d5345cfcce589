package wordstream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A counter of words by libwordstream-kernel.so (lib/kernel/wordstream_kernel.h), which comes in the same jar. Its
 * memory is not Java's: close() gives it back. One thread at a time.
 */
final class Kernel implements AutoCloseable {
  static {
    load();
  }

  private long handle;

  /** Flags of the command line without their dashes, and their values, as bytes. */
  Kernel(byte[][] names, byte[][] values) {
    handle = make(names, values);
  }

  /** The bytes of a direct buffer from 0 to `size`; each of the first `endCount` ends is that of a text. */
  void take(ByteBuffer buffer, int size, int[] ends, int endCount) {
    take(handle, buffer, size, ends, endCount);
  }

  void endText() {
    endText(handle);
  }

  void add(byte[] packed) throws IOException {
    if (!add(handle, packed)) throw new IOException("these are no counts of wordstream");
  }

  byte[][] pack(int partCount) {
    return pack(handle, partCount);
  }

  byte[] rows() {
    return rows(handle);
  }

  /** All lines; and of these those left out, those that gave nothing, those that were too long. */
  long[] lines() {
    return lines(handle);
  }

  @Override
  public void close() {
    if (handle != 0) free(handle);
    handle = 0;
  }

  /** Libraries are loaded from files: these are there for that moment alone. The kernel is the last of those listed. */
  private static void load() {
    List<Path> files = new ArrayList<>();
    try {
      Path folder = Files.createTempDirectory("wordstream-kernel");
      files.add(folder);
      try (BufferedReader names =
          new BufferedReader(new InputStreamReader(resource("libraries"), StandardCharsets.UTF_8))) {
        for (String name = names.readLine(); name != null; name = names.readLine()) {
          Path file = folder.resolve(name);
          files.add(file);
          try (InputStream library = resource(name)) {
            Files.copy(library, file);
          }
        }
      }
      System.load(files.get(files.size() - 1).toAbsolutePath().toString());
    } catch (IOException error) {
      throw new UnsatisfiedLinkError("libwordstream-kernel.so: " + error);
    } finally {
      Collections.reverse(files);
      for (Path file : files) file.toFile().delete();
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream stream = Kernel.class.getResourceAsStream("/" + name);
    if (stream == null) throw new IOException(name + " is not in the jar");
    return stream;
  }

  private static native long make(byte[][] names, byte[][] values);

  private static native void free(long handle);

  private static native void take(long handle, ByteBuffer buffer, int size, int[] ends, int endCount);

  private static native void endText(long handle);

  private static native boolean add(long handle, byte[] packed);

  private static native byte[][] pack(long handle, int partCount);

  private static native byte[] rows(long handle);

  private static native long[] lines(long handle);
}
