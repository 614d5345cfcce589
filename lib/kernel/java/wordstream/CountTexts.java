package wordstream;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/** Counts values, each of which is a text of its own, as the messages of a topic are; null is none. */
public final class CountTexts extends Packing<byte[]> {
  private static final long serialVersionUID = 1;
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int ENDS_MAX = 4096;

  public CountTexts(List<byte[]> names, List<byte[]> values, int partCount) {
    super(names, values, partCount);
  }

  /** Many are handed over together: a call costs as much as a short text. */
  @Override
  void count(Iterator<byte[]> input, Kernel kernel) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    int[] ends = new int[ENDS_MAX];
    int endCount = 0;
    while (input.hasNext()) {
      byte[] text = input.next();
      if (text == null) continue;
      int done = 0;
      while (true) {
        int size = Math.min(text.length - done, buffer.remaining());
        buffer.put(text, done, size);
        done += size;
        if (done == text.length && endCount < ENDS_MAX) break;
        kernel.take(buffer, buffer.position(), ends, endCount);
        buffer.clear();
        endCount = 0;
      }
      ends[endCount++] = buffer.position();
    }
    kernel.take(buffer, buffer.position(), ends, endCount);
  }
}
