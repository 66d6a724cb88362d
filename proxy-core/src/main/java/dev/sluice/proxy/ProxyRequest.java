package dev.sluice.proxy;

import dev.sluice.proxy.internal.Printable;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through the proxy. Immutable except for its body; copies share the body.
 *
 * <p>Method, target and the protocol of an upgrade are separate parts, and the body carries its framing. Therefore
 * {@code Host}, {@code Connection}, {@code Content-Length}, {@code Transfer-Encoding}, {@code TE}, {@code Upgrade} and
 * {@code Expect} are never among the {@link #headers()}: a listener takes them apart, and an upstream writes them
 * again. {@link #acceptsTrailers()} says whether the client accepts trailers ({@code TE: trailers}), and {@link
 * #expectsContinue()} whether it waits for a {@code 100 (Continue)}.
 */
public final class ProxyRequest implements RequestRecord {
    private final String method;
    private final RequestTarget target;
    private final HttpVersion version;
    private final Headers headers;
    private final Body body;
    private final @Nullable String upgrade;
    private final boolean acceptsTrailers;
    private final boolean expectsContinue;
    private final Exchange exchange;

    private ProxyRequest(Builder builder) {
        this.method = builder.method;
        this.target = builder.target;
        this.version = builder.version;
        this.headers = builder.headers;
        this.body = builder.body.ownedBy(false);
        this.upgrade = builder.upgrade;
        this.acceptsTrailers = builder.acceptsTrailers;
        this.expectsContinue = builder.expectsContinue;
        this.exchange = builder.exchange;
    }

    /** A builder of a request that belongs to {@code exchange}: HTTP/1.1, without fields and without body. */
    public static Builder builder(Exchange exchange, String method, RequestTarget target) {
        return new Builder(exchange, method, target);
    }

    /** A builder that begins with the values of this request. */
    public Builder toBuilder() {
        Builder builder = new Builder(exchange, method, target);
        builder.version = version;
        builder.headers = headers;
        builder.body = body;
        builder.upgrade = upgrade;
        builder.acceptsTrailers = acceptsTrailers;
        builder.expectsContinue = expectsContinue;
        return builder;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public HttpVersion version() {
        return version;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    /** The content; {@link Body#empty()} if there is none. */
    public Body body() {
        return body;
    }

    @Override
    public @Nullable String upgrade() {
        return upgrade;
    }

    /** Returns whether the client said {@code TE: trailers} (RFC 9110 §10.1.4). */
    public boolean acceptsTrailers() {
        return acceptsTrailers;
    }

    /**
     * Returns whether the client said {@code Expect: 100-continue} (RFC 9110 §10.1.1): it sends the body only when
     * asked, and the first read of the body asks for it. An upstream that can ask its origin first does not read the
     * body before.
     */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /** The scope that the request belongs to. */
    public Exchange exchange() {
        return exchange;
    }

    /** The same request in another scope, such as an attempt's. */
    public ProxyRequest in(Exchange scope) {
        return toBuilder().exchange(scope).build();
    }

    @Override
    public String toString() {
        return method + ' ' + target.withQuery(null);
    }

    /** Collects the parts of a request. For one thread. */
    public static final class Builder {
        private Exchange exchange;
        private String method;
        private RequestTarget target;
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private Headers headers = Headers.empty();
        private Body body = Body.empty();
        private @Nullable String upgrade;
        private boolean acceptsTrailers;
        private boolean expectsContinue;

        private Builder(Exchange exchange, String method, RequestTarget target) {
            this.exchange = exchange;
            this.method = method;
            this.target = target;
        }

        /** The target as it is now. */
        public RequestTarget target() {
            return target;
        }

        /** The fields as they are now. */
        public Headers headers() {
            return headers;
        }

        /** The body as it is now. */
        public Body body() {
            return body;
        }

        /** Puts the request into another scope, such as an attempt's. */
        public Builder exchange(Exchange scope) {
            this.exchange = scope;
            return this;
        }

        /** Sets {@link ProxyRequest#method()}. */
        public Builder method(String method) {
            this.method = method;
            return this;
        }

        /** Sets {@link ProxyRequest#target()}. */
        public Builder target(RequestTarget target) {
            this.target = target;
            return this;
        }

        /** Sets {@link ProxyRequest#version()}; HTTP/1.1 by default. */
        public Builder version(HttpVersion version) {
            this.version = version;
            return this;
        }

        /** Sets {@link ProxyRequest#headers()}; none by default. */
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

        /** Sets {@link ProxyRequest#body()}; none by default. The previous body is not closed: wrap it, or close it. */
        public Builder body(Body body) {
            this.body = body;
            return this;
        }

        /** Sets {@link ProxyRequest#upgrade()}; none by default. */
        public Builder upgrade(@Nullable String protocol) {
            this.upgrade = protocol;
            return this;
        }

        /** Sets {@link ProxyRequest#acceptsTrailers()}; no by default. */
        public Builder acceptsTrailers(boolean accepts) {
            this.acceptsTrailers = accepts;
            return this;
        }

        /** Sets {@link ProxyRequest#expectsContinue()}; no by default. */
        public Builder expectsContinue(boolean expects) {
            this.expectsContinue = expects;
            return this;
        }

        /**
         * The request.
         *
         * @throws IllegalArgumentException if the method is not a token (RFC 9110 §9.1), or the protocol to switch to
         *     has a character that no field can have; the message shows it
         */
        public ProxyRequest build() {
            if (!Headers.isToken(method)) {
                throw new IllegalArgumentException("not a method: \"" + Printable.of(method) + "\"");
            }
            if (upgrade != null && (upgrade.isEmpty() || !Headers.isValue(upgrade))) {
                throw new IllegalArgumentException("not a protocol: \"" + Printable.of(upgrade) + "\"");
            }
            return new ProxyRequest(this);
        }
    }
}
