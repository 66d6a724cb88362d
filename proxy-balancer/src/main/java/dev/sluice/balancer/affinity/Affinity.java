package dev.sluice.balancer.affinity;

import dev.sluice.balancer.internal.KeyName;
import dev.sluice.proxy.ProxyRequest;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the requests of a session at one member. For each request it says which member the session is bound to, and
 * once a member has been picked it binds the session to that one.
 *
 * <p>When the member of a session is gone, or cannot take the request, another one is picked and the session moves
 * there: the fall-back. With {@link #strict()} the request is refused instead.
 *
 * <p>Each pool has an affinity of its own, as ids of members are compared. Safe for use by many threads.
 */
public interface Affinity {
    /**
     * Affinity by a cookie that this proxy sets. It holds the member in a signed form that tells the client nothing, so
     * it needs no memory here, and works over several proxies that have the same secret. It fits browsers, and clients
     * that keep cookies.
     *
     * @param name the cookie's name, which no server behind the proxy may use for another
     * @throws IllegalArgumentException if the name is not a token (RFC 6265 §4.1.1); the message shows it
     */
    static CookieAffinityBuilder cookie(String name) {
        return new CookieAffinityBuilder(name);
    }

    /**
     * Affinity by the value of a field of the request, such as an account or a session id. Which member a value went to
     * is remembered here, in a bounded table; requests without the field, or with an empty one, are not bound.
     *
     * @throws IllegalArgumentException if the name is not a token, or one of those that are no field of a request here,
     *     such as {@code Host}; the message shows it
     */
    static KeyAffinityBuilder header(String name) {
        KeyName.requireField("affinity header", name);
        return key(request -> request.headers().first(name).orElse(null));
    }

    /**
     * Affinity by any key of the request, remembered as by {@link #header}.
     *
     * @param key the key, or null or empty for a request that is not to be bound; called once for each request, on many
     *     threads, and must not block
     */
    static KeyAffinityBuilder key(Function<ProxyRequest, @Nullable String> key) {
        return new KeyAffinityBuilder(key);
    }

    /** Tells whether a session whose member cannot take a request is refused instead of moved. */
    boolean strict();

    /**
     * This affinity, prepared for members with these ids. Asked for once when a topology takes effect. What is
     * remembered of sessions is shared by all that were prepared from the same one. Of one that was never prepared no
     * session has a member. Best asked of the last one in use, which need not compute again what it knows.
     */
    Affinity over(Collection<String> ids);

    /**
     * What a request says about its session. Does not block.
     *
     * @param nanos the time of the exchange's time source
     */
    Session session(ProxyRequest request, long nanos);

    /**
     * The sessions that are bound to a member, as far as this process knows: those seen within the idle time. It walks
     * over all of them, so it is for reports and not for each request.
     */
    int sessions(String memberId, long nanos);

    /** The ids of the members that this was prepared for. */
    Set<String> members();
}
