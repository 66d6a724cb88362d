package dev.sluice.proxy;

import org.jspecify.annotations.Nullable;

/**
 * A final response on its way back. Immutable except for its body; copies share the body, and closing one closes all.
 *
 * <p>The body carries the framing, so {@code Connection}, {@code Transfer-Encoding} and {@code Upgrade} are never among
 * the {@link #headers()}. Only a response to HEAD and a 304 may have {@code Content-Length}, as information about a
 * body that is not sent (RFC 9110 §8.6).
 */
public final class ProxyResponse implements AutoCloseable {
    private final int status;
    private final HttpVersion version;
    private final Headers headers;
    private final Body body;
    private final @Nullable Tunnel tunnel;

    private ProxyResponse(Builder builder) {
        this.status = builder.status;
        this.version = builder.version;
        this.headers = builder.headers;
        this.body = builder.body.ownedBy(true);
        this.tunnel = builder.tunnel;
    }

    /** A builder of a response with this status: HTTP/1.1, without fields and without body. */
    public static Builder builder(int status) {
        return new Builder(status);
    }

    /** A response without body. */
    public static ProxyResponse of(int status) {
        return builder(status).build();
    }

    /** A response with a plain text in UTF-8. */
    public static ProxyResponse of(int status, String text) {
        return builder(status)
                .addHeader("Content-Type", "text/plain; charset=utf-8")
                .body(Body.of(text))
                .build();
    }

    /** A builder that begins with the values of this response. */
    public Builder toBuilder() {
        Builder builder = new Builder(status);
        builder.version = version;
        builder.headers = headers;
        builder.body = body;
        builder.tunnel = tunnel;
        return builder;
    }

    /** The status code: 101, or 200 to 999. */
    public int status() {
        return status;
    }

    /** The version that the upstream spoke. */
    public HttpVersion version() {
        return version;
    }

    /** The fields, without those that belong to framing and to the connection. */
    public Headers headers() {
        return headers;
    }

    /** The content, which may still be arriving; {@link Body#empty()} if there is none. */
    public Body body() {
        return body;
    }

    /** The two-way stream that a 2xx to CONNECT or a 101 opens, instead of a body; else null. */
    public @Nullable Tunnel tunnel() {
        return tunnel;
    }

    /** Closes body and tunnel. Has no effect the second time. */
    @Override
    public void close() {
        try {
            body.close();
        } finally {
            if (tunnel != null) {
                tunnel.close();
            }
        }
    }

    /** The status. */
    @Override
    public String toString() {
        return "ProxyResponse[" + status + ']';
    }

    /** Collects the parts of a response. For one thread. */
    public static final class Builder {
        private int status;
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private Headers headers = Headers.empty();
        private Body body = Body.empty();
        private @Nullable Tunnel tunnel;

        private Builder(int status) {
            this.status = status;
        }

        /** Sets {@link ProxyResponse#status()}. */
        public Builder status(int status) {
            this.status = status;
            return this;
        }

        /** Sets {@link ProxyResponse#version()}; HTTP/1.1 by default. */
        public Builder version(HttpVersion version) {
            this.version = version;
            return this;
        }

        /** Sets {@link ProxyResponse#headers()}; none by default. */
        public Builder headers(Headers headers) {
            this.headers = headers;
            return this;
        }

        /** Adds a field line; throws as {@link Headers.Builder#add} does. */
        public Builder addHeader(String name, String value) {
            return headers(headers.toBuilder().add(name, value).build());
        }

        /** Replaces all field lines with this name by one; throws as {@link Headers.Builder#set} does. */
        public Builder header(String name, String value) {
            return headers(headers.toBuilder().set(name, value).build());
        }

        /** Drops all field lines with this name. */
        public Builder removeHeader(String name) {
            return headers(headers.toBuilder().remove(name).build());
        }

        /**
         * Sets {@link ProxyResponse#body()}; none by default. The previous body is not closed: wrap it, or close it.
         */
        public Builder body(Body body) {
            this.body = body;
            return this;
        }

        /** Sets {@link ProxyResponse#tunnel()}; none by default. */
        public Builder tunnel(@Nullable Tunnel tunnel) {
            this.tunnel = tunnel;
            return this;
        }

        /**
         * The response.
         *
         * @throws IllegalArgumentException if the status is neither 101 nor 200 to 999, or is 101 without a tunnel
         */
        public ProxyResponse build() {
            if (status != 101 && (status < 200 || status > 999)) {
                throw new IllegalArgumentException("status must be 101, or 200 to 999: " + status);
            }
            if (status == 101 && tunnel == null) {
                throw new IllegalArgumentException("status 101 needs a tunnel");
            }
            return new ProxyResponse(this);
        }
    }
}
