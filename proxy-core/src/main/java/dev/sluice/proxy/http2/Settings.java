package dev.sluice.proxy.http2;

/**
 * What one side asks of the other (RFC 9113 §6.5.2, RFC 8441 §3). Immutable.
 *
 * @param tableBytes the size of the table by which its fields are decoded
 * @param push whether it takes pushed responses
 * @param streams how many streams the other side may have open at once
 * @param window what may be sent on each new stream before it asks for more
 * @param payload the largest payload of a frame
 * @param listBytes the largest list of fields
 * @param extendedConnect whether CONNECT may name a protocol
 */
public record Settings(
        int tableBytes, boolean push, int streams, int window, int payload, int listBytes, boolean extendedConnect) {
    /** The size of the table for decoding. */
    public static final int HEADER_TABLE_SIZE = 1;
    /** Whether pushed responses are taken. */
    public static final int ENABLE_PUSH = 2;
    /** How many streams may be open. */
    public static final int MAX_CONCURRENT_STREAMS = 3;
    /** The window of a new stream. */
    public static final int INITIAL_WINDOW_SIZE = 4;
    /** The largest payload. */
    public static final int MAX_FRAME_SIZE = 5;
    /** The largest list of fields. */
    public static final int MAX_HEADER_LIST_SIZE = 6;
    /** Whether CONNECT may name a protocol. */
    public static final int ENABLE_CONNECT_PROTOCOL = 8;

    private static final int LARGEST_PAYLOAD = (1 << 24) - 1;

    /** What holds for a side that has said nothing. */
    public static final Settings INITIAL =
            new Settings(4096, true, Integer.MAX_VALUE, 65_535, Frames.PAYLOAD, Integer.MAX_VALUE, false);

    /**
     * The same with one setting changed; one that is not known changes nothing.
     *
     * @param value as an unsigned number; what is larger than an int can say is as good as no limit
     * @throws Http2Exception if the setting cannot have the value
     */
    public Settings with(int id, long value) throws Http2Exception {
        int bounded = (int) Math.min(value, Integer.MAX_VALUE);
        return switch (id) {
            case HEADER_TABLE_SIZE -> new Settings(bounded, push, streams, window, payload, listBytes, extendedConnect);
            case ENABLE_PUSH -> {
                require(value <= 1, ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH", value);
                yield new Settings(tableBytes, value == 1, streams, window, payload, listBytes, extendedConnect);
            }
            case MAX_CONCURRENT_STREAMS ->
                new Settings(tableBytes, push, bounded, window, payload, listBytes, extendedConnect);
            case INITIAL_WINDOW_SIZE -> {
                require(
                        value <= Integer.MAX_VALUE,
                        ErrorCode.FLOW_CONTROL_ERROR,
                        "SETTINGS_INITIAL_WINDOW_SIZE",
                        value);
                yield new Settings(tableBytes, push, streams, bounded, payload, listBytes, extendedConnect);
            }
            case MAX_FRAME_SIZE -> {
                boolean allowed = value >= Frames.PAYLOAD && value <= LARGEST_PAYLOAD;
                require(allowed, ErrorCode.PROTOCOL_ERROR, "SETTINGS_MAX_FRAME_SIZE", value);
                yield new Settings(tableBytes, push, streams, window, bounded, listBytes, extendedConnect);
            }
            case MAX_HEADER_LIST_SIZE ->
                new Settings(tableBytes, push, streams, window, payload, bounded, extendedConnect);
            case ENABLE_CONNECT_PROTOCOL -> {
                // RFC 8441 §3: who has said 1 must not say 0 again.
                boolean allowed = value == 1 || (value == 0 && !extendedConnect);
                require(allowed, ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_CONNECT_PROTOCOL", value);
                yield new Settings(tableBytes, push, streams, window, payload, listBytes, value == 1);
            }
            default -> this;
        };
    }

    private static void require(boolean allowed, ErrorCode code, String name, long value) throws Http2Exception {
        if (!allowed) {
            throw Http2Exception.ofConnection(code, name + " cannot be " + value);
        }
    }
}
