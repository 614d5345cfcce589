package wordstream;

import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * Adds up what tasks have packed, part by part: one array for each of Spark's partitions, the numbers of lines, 8 bytes
 * each, in front of its rows.
 */
public final class AddUp implements MapPartitionsFunction<byte[], byte[]> {
  private static final long serialVersionUID = 1;

  @Override
  public Iterator<byte[]> call(Iterator<byte[]> input) throws Exception {
    if (!input.hasNext()) return Collections.emptyIterator();
    try (Kernel kernel = new Kernel(new byte[0][], new byte[0][])) {
      while (input.hasNext()) {
        byte[] part = input.next();
        byte[] packed = new byte[part.length - 1];
        System.arraycopy(part, 1, packed, 0, packed.length);
        kernel.add(packed);
      }
      byte[] rows = kernel.rows();
      long[] lines = kernel.lines();
      java.nio.ByteBuffer all = java.nio.ByteBuffer.allocate(8 * lines.length + rows.length);
      for (long number : lines) all.putLong(number);
      all.put(rows);
      return Collections.singletonList(all.array()).iterator();
    }
  }
}
