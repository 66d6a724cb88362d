package dev.sluice.proxy.http1;

import dev.sluice.proxy.syntax.Ascii;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;

/** A set of bytes of the grammar, as a table. Bytes stand for Latin-1 characters. Immutable. */
final class ByteSet {
    /** {@code tchar} (RFC 9110 §5.6.2): the characters of methods and field names. */
    static final ByteSet TOKEN = new ByteSet(0, 0, ByteSet::isTchar);

    /** {@code VCHAR}: a request target has no other (RFC 9112 §3.2, RFC 3986 §2). */
    static final ByteSet TARGET = new ByteSet('!', 0x80, c -> c >= '!' && c < 0x7f);

    /**
     * The bytes of a field value, a reason phrase and a chunk extension: VCHAR, obs-text, SP and HTAB (RFC 9110 §5.5).
     */
    static final ByteSet TEXT = new ByteSet(' ', 0, c -> c == '\t' || (c >= ' ' && c != 0x7f));

    /** {@code OWS} and {@code BWS} (RFC 9110 §5.6.3). */
    static final ByteSet BLANK = new ByteSet(0, 0, c -> c == ' ' || c == '\t');

    static final byte CR = '\r';
    static final byte LF = '\n';

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long DELETES = 0x7f * ONES;

    private final boolean[] members = new boolean[256];
    private final long least;
    private final long top;

    /**
     * For eight bytes at once: a byte of at least {@code least} that is not 0x7f and has not the bit {@code top} is in
     * the set. 0 for least when there is no such rule.
     */
    private ByteSet(int least, int top, IntPredicate member) {
        this.least = least * ONES;
        this.top = top * ONES;
        for (int c = 0; c < members.length; c++) {
            members[c] = member.test(c);
        }
    }

    private static boolean isTchar(int c) {
        return Ascii.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /**
     * The index of the first byte from {@code from} on that is not in the set, or {@code to} when all before it are.
     */
    int end(byte[] bytes, int from, int to) {
        int i = least == 0 ? from : eightAtATime(bytes, from, to);
        while (i < to && members[bytes[i] & 0xff]) {
            i++;
        }
        return i;
    }

    /**
     * An index up to which all bytes are in the set. The arithmetic marks bytes by their top bit, exactly up to the
     * first that it marks: a subtraction borrows only from later bytes.
     */
    private int eightAtATime(byte[] bytes, int from, int to) {
        int i = from;
        while (i <= to - 8) {
            long eight = (long) EIGHT.get(bytes, i);
            long noDelete = eight ^ DELETES;
            long outside = (((eight - least) & ~eight) | ((noDelete - ONES) & ~noDelete) | (eight & top)) & TOPS;
            if (outside != 0) {
                return i + (Long.numberOfTrailingZeros(outside) >>> 3);
            }
            i += 8;
        }
        return i;
    }
}
