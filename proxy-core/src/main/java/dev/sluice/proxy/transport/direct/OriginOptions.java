package dev.sluice.proxy.transport.direct;

/**
 * What one upstream of the direct transport is forgiven: by default nothing of what is here, since a message that two
 * readers can read in two ways is refused. Immutable.
 *
 * <pre>{@code
 * OriginOptions old = OriginOptions.builder().endWithoutCloseNotify(true).build();
 * Upstream shop = DirectTransport.shared().upstream("shop", URI.create("https://shop.internal"), old);
 * }</pre>
 *
 * @param endWithoutCloseNotify whether a response's body that the end of the connection delimits may end over TLS
 *     without a close_notify, as servers of old do; false by default. With it a response that somebody on the way has
 *     cut off looks whole (RFC 8446 §6.1, RFC 9112 §9.8)
 * @param lengthBesideChunked whether a response may have a {@code Content-Length} beside {@code Transfer-Encoding:
 *     chunked}; false by default. With it the chunks count, the length is dropped, and the connection is not used again
 *     (RFC 9112 §6.3)
 */
public record OriginOptions(boolean endWithoutCloseNotify, boolean lengthBesideChunked) {
    /** The defaults: nothing is forgiven. */
    public static final OriginOptions DEFAULT = new Builder().build();

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder().endWithoutCloseNotify(endWithoutCloseNotify).lengthBesideChunked(lengthBesideChunked);
    }

    /** Collects options. For one thread. */
    public static final class Builder {
        private boolean endWithoutCloseNotify;
        private boolean lengthBesideChunked;

        private Builder() {}

        /** Sets {@link OriginOptions#endWithoutCloseNotify()}. */
        public Builder endWithoutCloseNotify(boolean allowed) {
            this.endWithoutCloseNotify = allowed;
            return this;
        }

        /** Sets {@link OriginOptions#lengthBesideChunked()}. */
        public Builder lengthBesideChunked(boolean allowed) {
            this.lengthBesideChunked = allowed;
            return this;
        }

        /** The options. */
        public OriginOptions build() {
            return new OriginOptions(endWithoutCloseNotify, lengthBesideChunked);
        }
    }
}
