package dev.sluice.proxy.cache.store;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The head of a stored response, and what else must be known to use it again. Two heads with the same {@link #key()}
 * and the same {@link #variant()} stand for the same response, and the later one replaces the earlier one. Immutable.
 */
public final class StoredHead {
    private final String key;
    private final String variant;
    private final List<String> selecting;
    private final int status;
    private final HttpVersion version;
    private final Headers headers;
    private final Instant requestAt;
    private final Instant responseAt;
    private final Origin origin;
    private final List<String> tags;
    private final long stamp;
    private final boolean stale;
    private volatile @Nullable Derived derived;

    private StoredHead(Builder setup) {
        this.key = setup.key;
        this.variant = setup.variant;
        this.selecting = List.copyOf(setup.selecting);
        this.status = setup.status;
        this.version = setup.version;
        this.headers = setup.headers;
        this.requestAt = setup.requestAt;
        this.responseAt = setup.responseAt;
        this.origin = setup.origin;
        this.tags = List.copyOf(setup.tags);
        this.stamp = setup.stamp;
        this.stale = setup.stale;
    }

    /**
     * A builder of a head.
     *
     * @param key what is asked for: scheme, authority, path and query
     * @param status the status of the response
     */
    public static Builder builder(String key, int status) {
        return new Builder(key, status);
    }

    /** A builder that begins with the values of this head. */
    public Builder toBuilder() {
        Builder builder = new Builder(key, status);
        builder.variant = variant;
        builder.selecting = selecting;
        builder.version = version;
        builder.headers = headers;
        builder.requestAt = requestAt;
        builder.responseAt = responseAt;
        builder.origin = origin;
        builder.tags = tags;
        builder.stamp = stamp;
        builder.stale = stale;
        return builder;
    }

    /** What is asked for: scheme, authority, path and query. */
    public String key() {
        return key;
    }

    /**
     * What tells this response from others of the same {@link #key()}: the route's partition, parts of the key that a
     * user has added, and the values of the fields that {@code Vary} names. Empty if there is nothing.
     */
    public String variant() {
        return variant;
    }

    /** The names of the request's fields that {@code Vary} names, in lower case and sorted. */
    public List<String> selecting() {
        return selecting;
    }

    /** The status: 200 to 999. */
    public int status() {
        return status;
    }

    /** The version that the origin spoke. */
    public HttpVersion version() {
        return version;
    }

    /** The fields that are stored: those of the origin, without what belongs to its connection. */
    public Headers headers() {
        return headers;
    }

    /** When the request was sent, on the wall clock, in milliseconds at most. */
    public Instant requestAt() {
        return requestAt;
    }

    /** When the response's head came, on the wall clock, in milliseconds at most. */
    public Instant responseAt() {
        return responseAt;
    }

    /** Where the response comes from; redirects and cookies are shown to each client accordingly. */
    public Origin origin() {
        return origin;
    }

    /** The tags by which it may be purged. */
    public List<String> tags() {
        return tags;
    }

    /** The count of purges when the request for it was sent: a purge with a greater number is for it. */
    public long stamp() {
        return stamp;
    }

    /** Returns whether a purge has made it stale, whatever its age. */
    public boolean stale() {
        return stale;
    }

    /**
     * What {@code make} makes of this head: made once, and kept as long as the same {@code owner} asks for it. For a cache,
     * so that it need not read the fields again for each use.
     */
    public <T> T derived(Object owner, Class<T> type, Function<StoredHead, T> make) {
        Derived known = derived;
        if (known != null && known.owner.equals(owner) && type.isInstance(known.value)) {
            return type.cast(known.value);
        }
        T made = make.apply(this);
        derived = new Derived(owner, made);
        return made;
    }

    private static final class Derived {
        private final Object owner;
        private final Object value;

        private Derived(Object owner, Object value) {
            this.owner = owner;
            this.value = value;
        }
    }

    /** The key, the variant and the status. */
    @Override
    public String toString() {
        return key + (variant.isEmpty() ? "" : " [" + variant + ']') + " " + status;
    }

    /** These values as bytes, for a store that keeps them outside of this JVM; {@link #decode} reads them. */
    public byte[] encode() {
        return HeadForm.encode(this);
    }

    /**
     * The head of what {@link #encode} has made.
     *
     * @throws IOException if the bytes are of another version of the form, or are damaged; the message says which
     */
    public static StoredHead decode(byte[] bytes) throws IOException {
        return HeadForm.decode(bytes);
    }

    /**
     * Where a stored response comes from.
     *
     * @param scheme {@code http} or {@code https}
     * @param authority the upstream's, or null if it is not on the network
     * @param basePath the prefix of its paths, or empty
     */
    public record Origin(String scheme, @Nullable Authority authority, String basePath) {
        /** The upstream, as an origin. */
        public static Origin of(Upstream upstream) {
            return new Origin(upstream.scheme(), upstream.authority(), upstream.basePath());
        }
    }

    /** Collects the values of a {@link StoredHead}. For one thread. */
    public static final class Builder {
        private final String key;
        private final int status;
        private String variant = "";
        private List<String> selecting = List.of();
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private Headers headers = Headers.empty();
        private Instant requestAt = Instant.EPOCH;
        private Instant responseAt = Instant.EPOCH;
        private Origin origin = new Origin("http", null, "");
        private List<String> tags = List.of();
        private long stamp;
        private boolean stale;

        private Builder(String key, int status) {
            this.key = Objects.requireNonNull(key, "key");
            this.status = status;
        }

        /** Sets {@link StoredHead#variant()}; empty by default. */
        public Builder variant(String variant) {
            this.variant = variant;
            return this;
        }

        /** Sets {@link StoredHead#selecting()}; none by default. */
        public Builder selecting(List<String> names) {
            this.selecting = names;
            return this;
        }

        /** Sets {@link StoredHead#version()}; HTTP/1.1 by default. */
        public Builder version(HttpVersion version) {
            this.version = version;
            return this;
        }

        /** Sets {@link StoredHead#headers()}; none by default. */
        public Builder headers(Headers headers) {
            // An array without room for more: it stays in memory for long.
            this.headers = headers.toBuilder().removeIf((name, value) -> false).build();
            return this;
        }

        /** Sets {@link StoredHead#requestAt()}; 1970 by default. */
        public Builder requestAt(Instant time) {
            this.requestAt = time.truncatedTo(ChronoUnit.MILLIS);
            return this;
        }

        /** Sets {@link StoredHead#responseAt()}; 1970 by default. */
        public Builder responseAt(Instant time) {
            this.responseAt = time.truncatedTo(ChronoUnit.MILLIS);
            return this;
        }

        /** Sets {@link StoredHead#origin()}; one that is not on the network by default. */
        public Builder origin(Origin origin) {
            this.origin = origin;
            return this;
        }

        /** Sets {@link StoredHead#tags()}; none by default. */
        public Builder tags(List<String> tags) {
            this.tags = tags;
            return this;
        }

        /** Sets {@link StoredHead#stamp()}; 0 by default. */
        public Builder stamp(long stamp) {
            this.stamp = stamp;
            return this;
        }

        /** Sets {@link StoredHead#stale()}; false by default. */
        public Builder stale(boolean stale) {
            this.stale = stale;
            return this;
        }

        /** The head. */
        public StoredHead build() {
            return new StoredHead(this);
        }
    }
}
