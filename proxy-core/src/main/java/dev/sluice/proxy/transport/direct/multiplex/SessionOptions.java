package dev.sluice.proxy.transport.direct.multiplex;

/**
 * What one side of a connection allows the other.
 *
 * @param streams how many streams the peer may have open at once
 * @param window how many bytes it may send on a new stream before they are read
 * @param maxWindow how many on a stream that is read fast
 * @param sessionWindow how many that have not been read there may be in windows above {@code window}, on all streams together;
 *     and how many may be on their way
 * @param score how much the peer may cost without being of use
 */
public record SessionOptions(int streams, int window, int maxWindow, int sessionWindow, int score) {}
