package wordstream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * A task of Spark's that counts: what it is given is counted in one counter, and comes out packed, in parts. The first
 * byte of each says which part it is, so that one task more adds up the same words of all ({@link AddUp}).
 */
abstract class Packing<T> implements MapPartitionsFunction<T, byte[]> {
  private final byte[][] names;
  private final byte[][] values;
  private final int partCount;

  /** Flags of the command line without their dashes, and their values, as bytes. */
  Packing(List<byte[]> names, List<byte[]> values, int partCount) {
    this.names = names.toArray(new byte[0][]);
    this.values = values.toArray(new byte[0][]);
    this.partCount = partCount;
  }

  abstract void count(Iterator<T> input, Kernel kernel) throws Exception;

  @Override
  public final Iterator<byte[]> call(Iterator<T> input) throws Exception {
    if (!input.hasNext()) return Collections.emptyIterator();
    try (Kernel kernel = new Kernel(names, values)) {
      count(input, kernel);
      List<byte[]> parts = new ArrayList<>();
      byte[][] packed = kernel.pack(partCount);
      for (int part = 0; part < packed.length; ++part) {
        byte[] bytes = new byte[packed[part].length + 1];
        bytes[0] = (byte) part;
        System.arraycopy(packed[part], 0, bytes, 1, packed[part].length);
        parts.add(bytes);
      }
      return parts.iterator();
    }
  }
}
