package dev.sluice.balancer;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.origin.Origin;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A member of a pool as the user describes it: a value. A topology is a list of members. A member names a server by its
 * URL, and then the pool makes the upstream and later closes it. Or it holds an upstream of the caller.
 *
 * <pre>{@code
 * Member blue = Member.at("http://10.0.0.1:8080").withId("blue").withWeight(3).withTag("zone", "a");
 * }</pre>
 *
 * <p>Its weight is 1 to {@value #MAX_WEIGHT}: twice the weight means twice the share, with a strategy that uses
 * weights; 1 by default. Its priority is 0 to {@value #MAX_PRIORITY}: members with a higher number get requests when
 * too few with a lower number are well; 0 by default. Its tags are the user's own labels, such as a zone; none by
 * default. If a member {@linkplain UpstreamPool#replace replaces} another and has no own weight, priority or tags, it
 * gets those of the other one.
 *
 * <p>Immutable. Two members are equal if all their values are equal.
 */
public final class Member {
    /** The greatest weight. */
    public static final int MAX_WEIGHT = 1_000_000;
    /** The greatest priority number: these members are the last resort. */
    public static final int MAX_PRIORITY = 99;

    private final String id;
    private final @Nullable URI uri;
    private final @Nullable Upstream upstream;
    /** This and the next two are null if they were not set. */
    private final @Nullable Integer weight;

    private final @Nullable Integer priority;
    private final @Nullable Map<String, String> tags;

    /**
     * A member with all values.
     *
     * @param id names the member; unique within a pool
     * @param uri the server's URL, or null for an upstream of the caller
     * @param upstream an upstream of the caller, or null for a URL
     * @throws IllegalArgumentException if the id is blank or not that of the upstream, a number is out of range, or
     *     there is not exactly one of URL and upstream; the message names the member and the value
     */
    Member(
            String id,
            @Nullable URI uri,
            @Nullable Upstream upstream,
            int weight,
            int priority,
            Map<String, String> tags) {
        this(id, uri, upstream, (Integer) weight, (Integer) priority, tags);
    }

    private Member(
            String id,
            @Nullable URI uri,
            @Nullable Upstream upstream,
            @Nullable Integer weight,
            @Nullable Integer priority,
            @Nullable Map<String, String> tags) {
        this.id = id;
        this.uri = uri;
        this.upstream = upstream;
        this.weight = weight;
        this.priority = priority;
        this.tags = tags == null ? null : Collections.unmodifiableMap(new TreeMap<>(tags));
        requireServer();
        requireNumbers();
    }

    private void requireServer() {
        if (id.isBlank()) {
            throw new IllegalArgumentException("id of a member must not be blank: \"" + id + "\"");
        }
        if (id.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "id of a member must have no control characters: \"" + id.replaceAll("\\p{Cntrl}", "?") + "\"");
        }
        if ((uri == null) == (upstream == null)) {
            throw new IllegalArgumentException("member \"" + id + "\" must have either a URL or an upstream");
        }
        if (upstream != null && !upstream.id().equals(id)) {
            throw new IllegalArgumentException(
                    "member \"" + id + "\" must have the id of its upstream: \"" + upstream.id() + "\"");
        }
    }

    private void requireNumbers() {
        if (weight() < 1 || weight() > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight of member \"" + id + "\" must be 1 to " + MAX_WEIGHT + ": " + weight);
        }
        if (priority() < 0 || priority() > MAX_PRIORITY) {
            throw new IllegalArgumentException(
                    "priority of member \"" + id + "\" must be 0 to " + MAX_PRIORITY + ": " + priority);
        }
    }

    /**
     * A member with weight 1, priority 0 and no tags; its id is the upstream's. This is the way to members with HTTP/2 ({@link
     * dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions#http2()}).
     */
    public static Member of(Upstream upstream) {
        return new Member(upstream.id(), null, upstream, null, null, null);
    }

    /**
     * A member with weight 1, priority 0 and no tags; its id is the URL without the scheme. The pool's transport opens it;
     * the direct one speaks HTTP/1.1 to it.
     *
     * @throws IllegalArgumentException if it is not a URL, or has no scheme or host; the message shows it and says what
     *     to write
     */
    public static Member at(String url) {
        return at(Origin.uri(url));
    }

    /** As {@link #at(String)}. */
    public static Member at(URI uri) {
        if (uri.getRawAuthority() == null) {
            throw new IllegalArgumentException(
                    "member must be a URL with a host: \"" + Origin.withoutUserinfo(uri.toString()) + "\"");
        }
        String path = Objects.requireNonNullElse(uri.getRawPath(), "");
        String id = uri.getRawAuthority() + path;
        return new Member(id.endsWith("/") ? id.substring(0, id.length() - 1) : id, uri, null, null, null, null);
    }

    /** Names the member; unique within a pool. */
    public String id() {
        return id;
    }

    /** The server's URL, or null for an upstream of the caller. */
    public @Nullable URI uri() {
        return uri;
    }

    /** The caller's upstream, or null for a URL. */
    public @Nullable Upstream upstream() {
        return upstream;
    }

    /** The weight: the member's share is in proportion to it. */
    public int weight() {
        return weight == null ? 1 : weight;
    }

    /** The priority; members with 0 get requests first. */
    public int priority() {
        return priority == null ? 0 : priority;
    }

    /** The user's own labels, in the order of their names. */
    public Map<String, String> tags() {
        return tags == null ? Map.of() : tags;
    }

    /**
     * The same with another id.
     *
     * @throws IllegalArgumentException if it is blank, or the member has an upstream of the caller, which has its own
     *     id
     */
    public Member withId(String newId) {
        if (upstream != null) {
            throw new IllegalArgumentException("the id of member \"" + id + "\" is its upstream's: \"" + newId + "\"");
        }
        return new Member(newId, uri, null, weight, priority, tags);
    }

    /** The same with another weight; throws as the constructor does. */
    public Member withWeight(int newWeight) {
        return new Member(id, uri, upstream, (Integer) newWeight, priority, tags);
    }

    /** The same with another priority; throws as the constructor does. */
    public Member withPriority(int newPriority) {
        return new Member(id, uri, upstream, weight, (Integer) newPriority, tags);
    }

    /** The same with one more tag, or another value of it. */
    public Member withTag(String key, String value) {
        Map<String, String> more = new HashMap<>(tags());
        more.put(key, value);
        return withTags(more);
    }

    /** The same with other tags. */
    public Member withTags(Map<String, String> newTags) {
        return new Member(id, uri, upstream, weight, priority, newTags);
    }

    /** The same, with values of the other one where this one has none. */
    Member inPlaceOf(Member other) {
        return new Member(
                id,
                uri,
                upstream,
                weight == null ? other.weight : weight,
                priority == null ? other.priority : priority,
                tags == null ? other.tags : tags);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Member that
                && id.equals(that.id)
                && Objects.equals(uri, that.uri)
                && Objects.equals(upstream, that.upstream)
                && weight() == that.weight()
                && priority() == that.priority()
                && tags().equals(that.tags());
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, uri, upstream, weight(), priority(), tags());
    }

    /** Its id and its values. */
    @Override
    public String toString() {
        return "member " + id + ", " + MemberDifference.told(this);
    }
}
