package dev.sluice.proxy;

import dev.sluice.proxy.syntax.TraceState;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The place of a piece of work in a trace, as the fields {@code traceparent} and {@code tracestate} of W3C Trace Context
 * carry it (level 2, with its flag for random ids). Immutable.
 */
public final class TraceContext {
    /** The name of the field with the ids. */
    public static final String PARENT_FIELD = "traceparent";

    /** The name of the field with what tracing systems add. */
    public static final String STATE_FIELD = "tracestate";

    private static final int SAMPLED = 1;
    private static final int RANDOM = 2;

    /** Of {@code 00-<32 digits>-<16 digits>-<2 digits>}. */
    private static final int LENGTH = 55;

    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);

    private final String traceId;
    private final String spanId;
    private final @Nullable String parentId;
    private final int flags;
    private final String state;

    private TraceContext(String traceId, String spanId, @Nullable String parentId, int flags, String state) {
        this.traceId = traceId;
        this.spanId = spanId;
        this.parentId = parentId;
        this.flags = flags;
        this.state = state;
    }

    /**
     * The first context of a new trace.
     *
     * @param random where its ids come from; three numbers are taken
     */
    public static TraceContext begin(RandomGenerator random) {
        HexFormat hex = HexFormat.of();
        String traceId = hex.toHexDigits(random.nextLong()) + digits(random);
        return new TraceContext(traceId, digits(random), null, RANDOM, "");
    }

    /** Sixteen digits that are not all zero, as such an id is not valid. */
    private static String digits(RandomGenerator random) {
        long bits = random.nextLong();
        return HexFormat.of().toHexDigits(bits == 0 ? 1 : bits);
    }

    /**
     * The context that a message carries. The ids must be exactly as the recommendation writes them; of a later version than
     * 00, the part that this one knows counts. A {@code tracestate} that is not valid is dropped, and so are its second
     * members of one key; one of more than 4,096 characters loses whole members.
     *
     * @return null if there is no {@code traceparent}, more than one, or one that is not valid
     */
    public static @Nullable TraceContext read(Headers headers) {
        List<String> lines = headers.all(PARENT_FIELD);
        if (lines.size() != 1) {
            return null;
        }
        String line = lines.get(0).strip();
        return isValid(line) ? read(line, TraceState.read(headers.all(STATE_FIELD))) : null;
    }

    private static TraceContext read(String line, String state) {
        int known = line.startsWith("00") ? SAMPLED | RANDOM : SAMPLED;
        int flags = HexFormat.fromHexDigits(line, 53, LENGTH) & known;
        return new TraceContext(line.substring(3, 35), line.substring(36, 52), null, flags, state);
    }

    /** W3C Trace Context §3.2.2, and §3.2.4 for later versions. */
    private static boolean isValid(String line) {
        return line.length() >= LENGTH
                && areDigits(line, 0, 2)
                && !line.startsWith("ff")
                && (line.length() == LENGTH || (!line.startsWith("00") && line.charAt(LENGTH) == '-'))
                && line.charAt(2) == '-'
                && areDigits(line, 3, 35)
                && !line.startsWith(NO_TRACE, 3)
                && line.charAt(35) == '-'
                && areDigits(line, 36, 52)
                && !line.startsWith(NO_SPAN, 36)
                && line.charAt(52) == '-'
                && areDigits(line, 53, LENGTH);
    }

    private static boolean areDigits(String line, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /**
     * The context of work that this one has caused: the same trace and state, another span.
     *
     * @param random where the id of the span comes from; one number is taken
     */
    public TraceContext child(RandomGenerator random) {
        return new TraceContext(traceId, digits(random), spanId, flags, state);
    }

    /** The same with another decision whether the trace is recorded. */
    public TraceContext withSampled(boolean on) {
        return on == isSampled()
                ? this
                : new TraceContext(traceId, spanId, parentId, on ? flags | SAMPLED : flags & ~SAMPLED, state);
    }

    /** The id of the trace: 32 hexadecimal digits in lower case. */
    public String traceId() {
        return traceId;
    }

    /** The id of the span: 16 hexadecimal digits in lower case. */
    public String spanId() {
        return spanId;
    }

    /** The id of the span that has caused this one; null for the first span of a trace, and in a context that was read. */
    public @Nullable String parentId() {
        return parentId;
    }

    /** Returns whether the trace is recorded: by whoever sent the context, or for one of this proxy's, by this proxy. */
    public boolean isSampled() {
        return (flags & SAMPLED) != 0;
    }

    /** Returns whether the last seven bytes of the trace id are known to be random (level 2). */
    public boolean isRandom() {
        return (flags & RANDOM) != 0;
    }

    /** The value of {@code tracestate}; empty for none. */
    public String state() {
        return state;
    }

    /** The value of {@code traceparent}. */
    public String parent() {
        return "00-" + traceId + '-' + spanId + "-0" + (char) ('0' + flags);
    }

    /** The fields with this context, instead of any other that they had. */
    public Headers on(Headers headers) {
        Headers.Builder fields = headers.toBuilder().set(PARENT_FIELD, parent());
        return (state.isEmpty() ? fields.remove(STATE_FIELD) : fields.set(STATE_FIELD, state)).build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TraceContext that && parent().equals(that.parent()) && state.equals(that.state);
    }

    @Override
    public int hashCode() {
        return spanId.hashCode();
    }

    /** The value of {@code traceparent}. */
    @Override
    public String toString() {
        return parent();
    }
}
