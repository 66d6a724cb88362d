package dev.sluice.balancer.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.KeyName;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the requests of a session at one member. For each request it says which member the session is bound to. When a
 * member has been picked, it binds the session to it.
 *
 * <p>If the member of a session is gone or cannot take the request, another one is picked, and the session moves there.
 * With {@link #strict()} the request is refused instead.
 *
 * <p>Each pool has its own affinity, as ids of members are compared. Safe for use by many threads.
 */
public interface Affinity {
    /**
     * Affinity by a cookie that this proxy sets. It holds the member in a signed form that tells the client nothing, so
     * it needs no memory here, and works with several proxies that have the same secret. It is for browsers and other
     * clients that keep cookies.
     *
     * @param name the cookie's name, which no server behind the proxy may use
     * @throws IllegalArgumentException if the name is not a token (RFC 6265 §4.1.1); the message shows it
     */
    static CookieBuilder cookie(String name) {
        return new CookieBuilder(name);
    }

    /**
     * Affinity by the value of a field of the request, such as an account or a session id. A bounded table here
     * remembers the member of a value. Requests without the field, or with an empty one, are not bound.
     *
     * @throws IllegalArgumentException if the name is not a token, or that of a field that requests do not have here,
     *     such as {@code Host}; the message shows it
     */
    static KeyBuilder header(String name) {
        KeyName.requireField("affinity header", name);
        return key(request -> request.headers().first(name).orElse(null));
    }

    /**
     * Affinity by any key of the request, remembered as by {@link #header}.
     *
     * @param key the key, or null or empty for a request that is not bound; called once for each request, on many
     *     threads, and must not block
     */
    static KeyBuilder key(Function<ProxyRequest, @Nullable String> key) {
        return new KeyBuilder(key);
    }

    /** Returns whether a session whose member cannot take a request is refused instead of moved. */
    boolean strict();

    /**
     * This affinity, prepared for members with these ids. Called once when a topology takes effect. All affinities
     * prepared from the same one share what they remember of sessions. Without preparation no session has a member.
     * Best called on the last one in use, which does not compute again what it knows.
     */
    Affinity over(Collection<String> ids);

    /**
     * The session of a request. Does not block.
     *
     * @param nanos the time of the exchange's time source
     */
    Session session(ProxyRequest request, long nanos);

    /**
     * The sessions that are bound to a member, as far as this process knows: those seen within the idle time. It looks
     * at all of them, so use it for reports, not for each request.
     */
    int sessions(String memberId, long nanos);

    /** The ids of the members that this was prepared for. */
    Set<String> members();

    /** Which requests from other sites a browser sends a cookie with (RFC 6265bis §5.6.7). */
    enum SameSite {
        /** None. */
        STRICT("Strict"),
        /** Those that take the user to the site, such as a link. */
        LAX("Lax"),
        /** All. Browsers want {@code Secure} with it. */
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /**
     * Sets up an affinity by a cookie. For one thread.
     *
     * <pre>{@code
     * Affinity affinity = Affinity.cookie("srv").addSecret(secretOfAllProxies).maxAge(Duration.ofHours(8)).build();
     * }</pre>
     *
     * <p>The cookie is always {@code HttpOnly}. It holds the member as a keyed hash, the time of issue, a random number
     * of the session, and an HMAC-SHA256 over all of these and the cookie's name. A cookie that is forged, malformed or
     * too old counts as none, and is replaced. Servers behind the proxy do not see it; other cookies reach them byte
     * for byte. A {@code Set-Cookie} of theirs with the same name is dropped.
     *
     * <p>A cookie is set when the session is new, when it has moved, when its secret is no longer the first, and when half
     * of its {@link #maxAge} has passed, so that a session in use does not end.
     *
     * <p>A reverse proxy's {@code OriginMask} handles this cookie as all others: through a route that strips a prefix, the
     * path {@code /} becomes that prefix, and {@code Secure} is added when the client's own scheme is https, also where a
     * trusted proxy before this one says so. A name that begins with {@code __Host-} keeps the cookie for the whole host.
     */
    final class CookieBuilder {
        /** RFC 2104 §3: a key shorter than the hash makes it weaker. */
        private static final int SECRET_BYTES = 32;

        private static final Pattern DOMAIN =
                Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

        private final String name;
        private final List<byte[]> secrets = new ArrayList<>();
        private String path = "/";
        private @Nullable String domain;
        private @Nullable Duration maxAge;
        private @Nullable Boolean secure;
        private SameSite sameSite = SameSite.LAX;
        private boolean markPrivate = true;
        private boolean strict;
        private Duration idle = Duration.ofMinutes(30);
        private int maxSessions = 100_000;
        private RandomGenerator random = new SecureRandom();

        CookieBuilder(String name) {
            KeyName.requireToken("affinity cookie name", name);
            this.name = name;
        }

        /**
         * Adds a secret; the first one signs, and all are accepted. To change it, put the new one before the old one,
         * and drop the old one when the cookies that it has signed are renewed or expired. Without any, this process
         * makes a random one: then cookies do not survive a restart, and several proxies do not know each other's.
         *
         * @param secret at least 32 bytes; copied
         * @throws IllegalArgumentException if it is shorter; the message does not show it
         */
        public CookieBuilder addSecret(byte[] secret) {
            if (secret.length < SECRET_BYTES) {
                throw new IllegalArgumentException(
                        "affinity secret must have at least " + SECRET_BYTES + " bytes: it has " + secret.length);
            }
            secrets.add(secret.clone());
            return this;
        }

        /** Adds a secret, as {@link #addSecret(byte[])} does, by the bytes of its text in UTF-8. */
        public CookieBuilder addSecret(String secret) {
            return addSecret(secret.getBytes(UTF_8));
        }

        /** The path that the client sends the cookie for (RFC 6265 §4.1.2.4); {@code /} by default. */
        public CookieBuilder path(String path) {
            this.path = Objects.requireNonNull(path, "path");
            return this;
        }

        /**
         * The domain whose hosts all get the cookie (RFC 6265 §4.1.2.3); none by default, which means the host that was
         * asked.
         */
        public CookieBuilder domain(String domain) {
            this.domain = Objects.requireNonNull(domain, "domain");
            return this;
        }

        /**
         * How long the cookie is kept and accepted, in whole seconds; by default the browser keeps it until it is
         * closed, and it is always accepted.
         */
        public CookieBuilder maxAge(Duration age) {
            this.maxAge = Objects.requireNonNull(age, "maxAge");
            return this;
        }

        /** Sets {@code Secure} always or never; by default only if the client came over TLS. */
        public CookieBuilder secure(boolean always) {
            this.secure = always;
            return this;
        }

        /** Sets {@code SameSite}; {@link SameSite#LAX} by default. */
        public CookieBuilder sameSite(SameSite rule) {
            this.sameSite = Objects.requireNonNull(rule, "sameSite");
            return this;
        }

        /**
         * Whether a response that sets the cookie gets {@code Cache-Control: private}; on by default. A {@code
         * Set-Cookie} does not keep a shared cache from storing a response (RFC 9111 §7.3), and then all its clients
         * would get one client's cookie; {@code private} does (§5.2.2.7), even beside {@code public}. HAProxy has this
         * as {@code nocache}.
         */
        public CookieBuilder markPrivate(boolean on) {
            this.markPrivate = on;
            return this;
        }

        /**
         * Whether a request whose member is gone or cannot take it is refused, instead of moving the session; off by
         * default. Such a client is refused for as long as it sends the cookie.
         */
        public CookieBuilder strict(boolean on) {
            this.strict = on;
            return this;
        }

        /** The time without a request after which a session no longer counts; 30 min by default. */
        public CookieBuilder idle(Duration time) {
            this.idle = Objects.requireNonNull(time, "idle");
            return this;
        }

        /**
         * The greatest number of sessions that are counted; 100,000 by default. It limits only {@link
         * Affinity#sessions}.
         */
        public CookieBuilder maxSessions(int sessions) {
            this.maxSessions = sessions;
            return this;
        }

        /** Where the sessions' numbers come from; a {@link SecureRandom} by default. The secret does not come from it. */
        public CookieBuilder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * The affinity.
         *
         * @throws IllegalArgumentException if an option is out of range, or contradicts another; the message names it
         *     and its value
         */
        public Affinity build() {
            requireAttributes();
            SessionTable.requireIdle(idle);
            Require.atLeast("affinity maxSessions", 1, maxSessions);
            List<CookieSeal> seals = new ArrayList<>();
            for (byte[] secret : secrets.isEmpty() ? List.of(ownSecret()) : secrets) {
                seals.add(new CookieSeal(name, secret));
            }
            CookieForm form = new CookieForm(name, path, domain, maxAge, secureAlways(), sameSite.text, markPrivate);
            SessionTable<Long> seen = new SessionTable<>(maxSessions, idle);
            return CookieAffinity.begin(form, seals, seen, strict, random);
        }

        private static byte[] ownSecret() {
            byte[] own = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(own);
            return own;
        }

        /** True for always, false for never, null when it depends on the client. */
        private @Nullable Boolean secureAlways() {
            boolean needed = sameSite == SameSite.NONE || name.startsWith("__Secure-") || isHostCookie();
            return needed ? Boolean.TRUE : secure;
        }

        private boolean isHostCookie() {
            return name.startsWith("__Host-");
        }

        private void requireAttributes() {
            // What is not ASCII, or would end the attribute (RFC 6265 §4.1.1).
            if (!path.startsWith("/") || !path.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';')) {
                throw new IllegalArgumentException(
                        "affinity path must begin with a slash, and be ASCII without semicolons: \"" + path + "\"");
            }
            if (domain != null && !DOMAIN.matcher(domain).matches()) {
                throw new IllegalArgumentException("affinity domain must be the name of a host: \"" + domain + "\"");
            }
            if (maxAge != null && maxAge.toSeconds() < 1) {
                throw new IllegalArgumentException("affinity maxAge must be at least 1 s: " + DurationText.of(maxAge));
            }
            if (Boolean.FALSE.equals(secure) && Boolean.TRUE.equals(secureAlways())) {
                throw new IllegalArgumentException("affinity secure must not be false for cookie " + name
                        + " with SameSite=" + sameSite.text + ": browsers would drop it");
            }
            if (isHostCookie() && (domain != null || !path.equals("/"))) {
                throw new IllegalArgumentException("affinity cookie " + name
                        + " must have path / and no domain (RFC 6265bis §4.1.3.2): " + path + ", " + domain);
            }
        }
    }

    /**
     * Sets up an affinity by a key. For one thread.
     *
     * <pre>{@code
     * Affinity affinity = Affinity.header("X-Account").idle(Duration.ofHours(1)).build();
     * }</pre>
     *
     * <p>The table belongs to this process: several proxies do not share it, and it begins empty. If the key itself
     * should decide the member, without a table, use a strategy that hashes it. Clients choose their keys, so a client
     * that invents many can push others out of the table; then a member is picked for those again.
     */
    final class KeyBuilder {
        private final Function<ProxyRequest, @Nullable String> key;
        private int maxKeys = 100_000;
        private Duration idle = Duration.ofMinutes(30);
        private boolean strict;

        KeyBuilder(Function<ProxyRequest, @Nullable String> key) {
            this.key = Objects.requireNonNull(key, "key");
        }

        /**
         * How many keys are remembered; 100,000 by default. Beyond it the key that was not seen for the longest is
         * forgotten.
         */
        public KeyBuilder maxKeys(int keys) {
            this.maxKeys = keys;
            return this;
        }

        /** The time without a request after which a key is forgotten; 30 min by default. */
        public KeyBuilder idle(Duration time) {
            this.idle = Objects.requireNonNull(time, "idle");
            return this;
        }

        /**
         * Whether a request whose member is gone or cannot take it is refused, instead of moving the session; off by
         * default. It is refused as long as the key is remembered; a refused request also counts as seen.
         */
        public KeyBuilder strict(boolean on) {
            this.strict = on;
            return this;
        }

        /**
         * The affinity.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public Affinity build() {
            Require.atLeast("affinity maxKeys", 1, maxKeys);
            SessionTable.requireIdle(idle);
            return new KeyAffinity(key, new SessionTable<>(maxKeys, idle), strict, Set.of());
        }
    }
}
