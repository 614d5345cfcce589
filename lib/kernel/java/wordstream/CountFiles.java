package wordstream;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Counts ranges of files, which every machine must see under the same names: the lines that begin in them. Of a
 * compressed file there is one range. What is given are the ranges' numbers.
 */
public final class CountFiles extends Packing<Long> {
  private static final long serialVersionUID = 1;
  private static final int BUFFER_BYTES = 1024 * 1024;

  private final String[] paths;
  private final long[] begins;
  private final long[] ends;

  public CountFiles(
      List<byte[]> names,
      List<byte[]> values,
      int partCount,
      List<String> paths,
      List<? extends Number> begins,
      List<? extends Number> ends) {
    super(names, values, partCount);
    this.paths = paths.toArray(new String[0]);
    this.begins = begins.stream().mapToLong(Number::longValue).toArray();
    this.ends = ends.stream().mapToLong(Number::longValue).toArray();
  }

  @Override
  void count(Iterator<Long> input, Kernel kernel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (input.hasNext()) {
      int which = input.next().intValue();
      String packing = packingOf(paths[which]);
      if (packing == null) {
        countRange(which, buffer, kernel);
      } else {
        countPacked(which, packing, buffer, kernel);
      }
      kernel.endText();
    }
  }

  /** "gzip" or "zstd", by the first bytes; null where it is neither. */
  public static String packingOf(String path) throws IOException {
    byte[] first = new byte[4];
    int size = 0;
    try (InputStream file = Files.newInputStream(Paths.get(path))) {
      for (int read = 0; size < first.length && read != -1; size += Math.max(read, 0)) {
        read = file.read(first, size, first.length - size);
      }
    }
    boolean isGzip = size >= 3 && first[0] == 0x1f && first[1] == (byte) 0x8b && first[2] == 8;
    if (isGzip) return "gzip";
    boolean isZstd =
        size == 4
            && first[0] == 0x28
            && first[1] == (byte) 0xb5
            && first[2] == 0x2f
            && first[3] == (byte) 0xfd;
    return isZstd ? "zstd" : null;
  }

  private void countRange(int which, ByteBuffer buffer, Kernel kernel) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(paths[which], "r")) {
      FileChannel channel = file.getChannel();
      long size = channel.size();
      if (size < ends[which]) throw new EOFException(paths[which] + " is shorter than it was");
      long at = lineFrom(channel, begins[which], buffer);
      long end = lineFrom(channel, ends[which], buffer);
      boolean isFirst = at == 0;
      while (at < end) {
        buffer.clear();
        buffer.limit((int) Math.min(buffer.capacity(), end - at));
        int read = channel.read(buffer, at);
        if (read < 0) throw new EOFException(paths[which] + " is shorter than it was");
        at += read;
        hand(buffer, read, isFirst, kernel);
        isFirst = false;
      }
    }
  }

  /** Where the first line begins that does not begin before `from`. */
  private static long lineFrom(FileChannel channel, long from, ByteBuffer buffer) throws IOException {
    if (from == 0) return 0;
    boolean isBehindCr = false;
    for (long at = from - 1; ; ) {
      buffer.clear();
      int read = channel.read(buffer, at);
      if (read < 0) return at;
      for (int i = 0; i < read; ++i) {
        byte b = buffer.get(i);
        if (isBehindCr) return at + i + (b == '\n' ? 1 : 0);
        if (b == '\n') return at + i + 1;
        isBehindCr = b == '\r';
      }
      at += read;
    }
  }

  private void countPacked(int which, String packing, ByteBuffer buffer, Kernel kernel)
      throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    boolean isFirst = true;
    try (InputStream file = new BufferedInputStream(Files.newInputStream(Paths.get(paths[which])));
        InputStream text = packing.equals("gzip") ? new GZIPInputStream(file, BUFFER_BYTES) : zstd(file)) {
      while (true) {
        int size = 0;
        int read = 0;
        while (size < bytes.length && read != -1) {
          read = text.read(bytes, size, bytes.length - size);
          size += Math.max(read, 0);
        }
        if (size == 0) return;
        buffer.clear();
        buffer.put(bytes, 0, size);
        hand(buffer, size, isFirst, kernel);
        isFirst = false;
      }
    } catch (IOException error) {
      throw new IOException(paths[which] + " is damaged, or no " + packing + ": " + error.getMessage(), error);
    }
  }

  /** Spark brings this library, for its own shuffles. */
  private static InputStream zstd(InputStream file) throws IOException {
    try {
      return (InputStream)
          Class.forName("com.github.luben.zstd.ZstdInputStream")
              .getConstructor(InputStream.class)
              .newInstance(file);
    } catch (ReflectiveOperationException error) {
      throw new IOException("this Spark cannot unpack zstd: " + error, error);
    }
  }

  /** A byte order mark at the very start is in no line. */
  private static void hand(ByteBuffer buffer, int size, boolean isFirst, Kernel kernel) {
    boolean hasMark =
        isFirst
            && size >= 3
            && buffer.get(0) == (byte) 0xef
            && buffer.get(1) == (byte) 0xbb
            && buffer.get(2) == (byte) 0xbf;
    if (!hasMark) {
      kernel.take(buffer, size, null, 0);
      return;
    }
    buffer.limit(size);
    buffer.position(3);
    kernel.take(buffer.slice(), size - 3, null, 0);
  }
}
