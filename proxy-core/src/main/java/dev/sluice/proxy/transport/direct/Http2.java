package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.internal.Require;

/**
 * HTTP/2 between clients and a listener of the direct transport (RFC 9113). Over TLS client and server agree on it in the
 * handshake (ALPN), by default. Without TLS a client must know of it in advance: {@code priorKnowledge(true)} lets it begin on
 * the port of HTTP/1.1; otherwise such a client gets 505. An {@code Upgrade} to {@code h2c} is ignored. For origins see {@link
 * DirectTransport.OriginOptions#http2()}. Immutable.
 *
 * <pre>{@code
 * DirectTransport transport = DirectTransport.builder()
 *         .http2(Http2.builder().priorKnowledge(true).build())
 *         .build();
 * }</pre>
 *
 * <p>A stream is an exchange like any other: routes, limits, timeouts and records are a stream's. A connection is bounded in
 * memory: at most {@code streams} times {@code window} bytes wait to be read, {@code connectionWindow} besides where streams
 * are read fast, and 48 KiB wait to be written. Its list of fields may be as long as {@link
 * dev.sluice.proxy.limit.Limits#headerBytes()} and {@code headerCount} allow.
 *
 * <p>A PING is answered, and costs as the {@code score} says; clients are asked none. A server that is closed tells its
 * clients by GOAWAY, and serves the streams that they have opened. Why a connection was ended is in the log at level debug.
 *
 * <p>On virtual threads each stream has one, and each connection. Without them a stream has one of the listener's {@link
 * DirectTransport.Builder#maxThreads}, and each connection a thread of its own.
 *
 * @param alpn whether it is offered over TLS, true by default, unless the TLS settings name application protocols themselves.
 *     Then those count, and {@code h2} among them is HTTP/2 if this is true
 * @param priorKnowledge whether a client without TLS may begin with it, false by default
 * @param streams how many streams a client may have open on a connection, 100 by default; one more is refused, so that the
 *     client tries it again, and has no record. A stream that the client resets counts until its request has been given up
 * @param window how many bytes of a request's body a client may send before they are read, 64 KiB by default
 * @param maxWindow the same for a stream whose body is read as fast as it comes: the window doubles up to this, 8 MiB by
 *     default, which is 1 Gbit/s at 60 ms. At least {@code window}
 * @param connectionWindow how many bytes may be on their way on one connection, and how many more than {@code window} for
 *     each stream may wait there to be read; 16 MiB by default
 * @param score how much a client may cost with frames that are of no use before its connection is closed with {@code
 *     ENHANCE_YOUR_CALM}, 1,000 by default. A control frame costs 1, DATA without bytes 5, a stream that it resets 10, and a frame
 *     for a stream that is over 1 to 5, unless it carries much; a request pays 1 back, and each frame of DATA with 256 bytes or
 *     more, or the last of its stream, 2 in either direction, one that is sent 2 more for every 4 KiB. 10 a second are forgiven
 */
public record Http2(
        boolean alpn, boolean priorKnowledge, int streams, int window, int maxWindow, int connectionWindow, int score) {
    /** The defaults. */
    public static final Http2 DEFAULT = new Builder().build();

    /** The least window that RFC 9113 §6.9.2 begins with, and the greatest that there is. */
    private static final int LEAST = 65_535;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive, {@code maxWindow} is less than {@code window}, or {@code
     *     connectionWindow} less than 65,535, with which each connection begins; the message names it and its value
     */
    public Http2 {
        Require.positive("http2 streams", streams);
        Require.positive("http2 window", window);
        Require.positive("http2 score", score);
        Require.atLeast("http2 maxWindow", "window", window, maxWindow);
        Require.atLeast("http2 connectionWindow", LEAST, connectionWindow);
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.alpn = alpn;
        builder.priorKnowledge = priorKnowledge;
        builder.streams = streams;
        builder.window = window;
        builder.maxWindow = maxWindow;
        builder.connectionWindow = connectionWindow;
        builder.score = score;
        return builder;
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private boolean alpn = true;
        private boolean priorKnowledge;
        private int streams = 100;
        private int window = 64 * 1024;
        private int maxWindow = 8 * 1024 * 1024;
        private int connectionWindow = 16 * 1024 * 1024;
        private int score = 1_000;

        private Builder() {}

        /** Sets {@link Http2#alpn()}. */
        public Builder alpn(boolean offered) {
            this.alpn = offered;
            return this;
        }

        /** Sets {@link Http2#priorKnowledge()}. */
        public Builder priorKnowledge(boolean allowed) {
            this.priorKnowledge = allowed;
            return this;
        }

        /** Sets {@link Http2#streams()}. */
        public Builder streams(int most) {
            this.streams = most;
            return this;
        }

        /** Sets {@link Http2#window()}. */
        public Builder window(int bytes) {
            this.window = bytes;
            return this;
        }

        /** Sets {@link Http2#maxWindow()}. */
        public Builder maxWindow(int bytes) {
            this.maxWindow = bytes;
            return this;
        }

        /** Sets {@link Http2#connectionWindow()}. */
        public Builder connectionWindow(int bytes) {
            this.connectionWindow = bytes;
            return this;
        }

        /** Sets {@link Http2#score()}. */
        public Builder score(int most) {
            this.score = most;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException as the constructor says
         */
        public Http2 build() {
            return new Http2(alpn, priorKnowledge, streams, window, maxWindow, connectionWindow, score);
        }
    }
}
