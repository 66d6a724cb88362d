package dev.sluice.lab.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every proxy under test is told in the same way.
 *
 * @param origins where it forwards to, {@code host:port}
 * @param originConnections the most connections that it opens to each of them, and keeps; 0 for what is its own default
 * @param keys what it shows to clients over TLS; null without TLS
 * @param http2 whether clients begin with HTTP/2, without TLS
 */
record Setup(
        List<String> origins,
        int originConnections,
        @Nullable KeyFiles keys,
        boolean http2) {
    /** How many streams of HTTP/2 a client may have at once on a connection. */
    static final int STREAMS = 1_000;

    /** In front of these origins, without TLS. */
    static Setup to(List<String> origins) {
        return new Setup(origins, 0, null, false);
    }

    /** The same, with a limit of connections. */
    Setup withOriginConnections(int most) {
        return new Setup(origins, most, keys, http2);
    }

    /** The same, over TLS. */
    Setup withTls(KeyFiles files) {
        return new Setup(origins, originConnections, files, http2);
    }

    /** The same, for clients that begin with HTTP/2. */
    Setup withHttp2() {
        return new Setup(origins, originConnections, keys, true);
    }
}
