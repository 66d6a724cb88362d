package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * The most that a listener accepts from clients. Each limit has a default.
 *
 * <p>All clients share some limits (exchanges here; connections and heads of the direct transport). Once more than half
 * of such a limit is taken, one client may take only the part {@code clientShare}. A client is an IPv4 address or an
 * IPv6 network of 64 bits. Peers whose forwarding fields are trusted ({@link
 * dev.sluice.proxy.header.Forwarding#trusts}) and those that send PROXY headers are exempt, and their exchanges count
 * for the client that they name.
 *
 * @param headerBytes bytes of all field lines of a request together, 32 KiB by default; above it 431
 * @param headerCount field lines of a request, 100 by default; above it 431
 * @param targetLength characters of a request target, 8 KiB by default; above it 414
 * @param bodyBytes bytes of a request's body, without a limit ({@link Long#MAX_VALUE}) by default, as bodies pass in
 *     constant memory; above it 413
 * @param exchanges exchanges of clients at once, 1,000 by default; above it 503 with {@code Retry-After}. An open
 *     tunnel does not count, as the limit of connections applies to it. A detached exchange does not count either, as
 *     no client waits for it
 * @param requestHeadTimeout from a request's first byte to the end of its head, 10 s by default; after it 408,
 *     and the connection is closed
 * @param clientShare the part of each limit that one client may take, above 0 and at most 1, which means no limit; a
 *     quarter (0.25) by default; above it 429, or the connection that has been idle for the longest is closed
 * @param waitingShare the part of {@code exchanges} that may wait for a member of the same pool, parked or queued, or
 *     for a connection to the same origin while all its connections are in use, or for a place in the same {@link
 *     ConcurrencyLimit}, or in this JVM for look-ups of names that clients choose; above 0 and at most 1; half (0.5) by default, so that a server that is down or slow leaves
 *     room for other routes; above it 503. The pipeline puts these limits into the exchange, where pools and connectors
 *     find them
 */
public record Limits(
        int headerBytes,
        int headerCount,
        int targetLength,
        long bodyBytes,
        int exchanges,
        Duration requestHeadTimeout,
        double clientShare,
        double waitingShare) {
    /** The defaults. */
    public static final Limits DEFAULT = new Builder().build();

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive (bodyBytes: negative), or a share is above 1; the message
     *     names it and its value
     */
    public Limits {
        Require.positive("limit headerBytes", headerBytes);
        Require.positive("limit headerCount", headerCount);
        Require.positive("limit targetLength", targetLength);
        Require.positive("limit exchanges", exchanges);
        Require.notNegative("limit bodyBytes", bodyBytes);
        Require.positive("timeout requestHeadTimeout", requestHeadTimeout);
        Require.aboveZero("limit clientShare", 1, clientShare);
        Require.aboveZero("limit waitingShare", 1, waitingShare);
    }

    /**
     * How many exchanges may wait for one thing at once, so that the rest is free for other routes: the {@link
     * #waitingShare()} of the server's {@link #exchanges()}, at least 1; without a limit if the exchange has no server.
     */
    public static int waiting(Exchange exchange) {
        Limits server = exchange.get(Limits.class);
        return server == null ? Integer.MAX_VALUE : (int) Math.max(1, server.exchanges * server.waitingShare);
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder()
                .headerBytes(headerBytes)
                .headerCount(headerCount)
                .targetLength(targetLength)
                .bodyBytes(bodyBytes)
                .exchanges(exchanges)
                .requestHeadTimeout(requestHeadTimeout)
                .clientShare(clientShare)
                .waitingShare(waitingShare);
    }

    /** Collects limits. For one thread. */
    public static final class Builder {
        private int headerBytes = 32 * 1024;
        private int headerCount = 100;
        private int targetLength = 8 * 1024;
        private long bodyBytes = Long.MAX_VALUE;
        private int exchanges = 1_000;
        private Duration requestHeadTimeout = Duration.ofSeconds(10);
        private double clientShare = 0.25;
        private double waitingShare = 0.5;

        private Builder() {}

        /** Sets {@link Limits#headerBytes()}. */
        public Builder headerBytes(int bytes) {
            this.headerBytes = bytes;
            return this;
        }

        /** Sets {@link Limits#headerCount()}. */
        public Builder headerCount(int count) {
            this.headerCount = count;
            return this;
        }

        /** Sets {@link Limits#targetLength()}. */
        public Builder targetLength(int length) {
            this.targetLength = length;
            return this;
        }

        /** Sets {@link Limits#bodyBytes()}. */
        public Builder bodyBytes(long bytes) {
            this.bodyBytes = bytes;
            return this;
        }

        /** Sets {@link Limits#exchanges()}. */
        public Builder exchanges(int count) {
            this.exchanges = count;
            return this;
        }

        /** Sets {@link Limits#requestHeadTimeout()}. */
        public Builder requestHeadTimeout(Duration timeout) {
            this.requestHeadTimeout = timeout;
            return this;
        }

        /** Sets {@link Limits#clientShare()}. */
        public Builder clientShare(double share) {
            this.clientShare = share;
            return this;
        }

        /** Sets {@link Limits#waitingShare()}. */
        public Builder waitingShare(double share) {
            this.waitingShare = share;
            return this;
        }

        /**
         * The limits.
         *
         * @throws IllegalArgumentException if a value is not positive (bodyBytes: negative), or a share is above 1; the
         *     message names it
         */
        public Limits build() {
            return new Limits(
                    headerBytes,
                    headerCount,
                    targetLength,
                    bodyBytes,
                    exchanges,
                    requestHeadTimeout,
                    clientShare,
                    waitingShare);
        }
    }
}
