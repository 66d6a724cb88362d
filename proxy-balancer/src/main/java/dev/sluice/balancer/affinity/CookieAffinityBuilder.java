package dev.sluice.balancer.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.balancer.internal.KeyName;
import dev.sluice.proxy.internal.Require;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets up an affinity by a cookie. For one thread.
 *
 * <pre>{@code
 * Affinity affinity = Affinity.cookie("srv").secret(secretOfAllProxies).maxAge(Duration.ofHours(8)).build();
 * }</pre>
 *
 * <p>The cookie is {@code HttpOnly} always. It holds the member as a keyed hash, the time of issue, a random number of
 * the session, and an HMAC-SHA256 over all of these and the cookie's name. One that is forged, malformed or too old
 * counts as none, and is replaced. Servers behind the proxy do not see it; other cookies reach them byte for byte. A
 * {@code Set-Cookie} of theirs with the same name is dropped.
 *
 * <p>A cookie is set when the session is new, when it has moved, when its secret is no longer the first, and when half
 * of its {@link #maxAge} has passed, so that a session in use does not end.
 *
 * <p>A reverse proxy's {@code OriginMask} handles this cookie as all others: through a route that strips a prefix, the
 * path {@code /} becomes that prefix, and {@code Secure} is added when the client's own scheme is https, also where a
 * trusted proxy before this one says so. A name that begins with {@code __Host-} keeps the cookie for the whole host.
 */
public final class CookieAffinityBuilder {
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

    CookieAffinityBuilder(String name) {
        KeyName.requireToken("affinity cookie name", name);
        this.name = name;
    }

    /**
     * Adds a secret; the first one signs, and all are accepted. To change it, put the new one before the old one, and
     * drop the old one when the cookies that it has signed are renewed or expired. Without any there is a random one of
     * this process: then cookies do not outlive a restart, and several proxies do not know each other's.
     *
     * @param secret at least 32 bytes; copied
     * @throws IllegalArgumentException if it is shorter; the message does not show it
     */
    public CookieAffinityBuilder secret(byte[] secret) {
        if (secret.length < SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "affinity secret must have at least " + SECRET_BYTES + " bytes: it has " + secret.length);
        }
        secrets.add(secret.clone());
        return this;
    }

    /** Adds a secret, as {@link #secret(byte[])} does, by the bytes of its text in UTF-8. */
    public CookieAffinityBuilder secret(String secret) {
        return secret(secret.getBytes(UTF_8));
    }

    /** The path that the client sends the cookie for (RFC 6265 §4.1.2.4); {@code /} by default. */
    public CookieAffinityBuilder path(String path) {
        this.path = Objects.requireNonNull(path, "path");
        return this;
    }

    /**
     * The domain whose hosts all get the cookie (RFC 6265 §4.1.2.3); none by default, which means the host that was
     * asked.
     */
    public CookieAffinityBuilder domain(String domain) {
        this.domain = Objects.requireNonNull(domain, "domain");
        return this;
    }

    /**
     * How long the cookie is kept and accepted, in whole seconds; by default until the browser is closed, and accepted
     * for ever.
     */
    public CookieAffinityBuilder maxAge(Duration age) {
        this.maxAge = Objects.requireNonNull(age, "maxAge");
        return this;
    }

    /** Sets {@code Secure} always or never; by default when the client came over TLS. */
    public CookieAffinityBuilder secure(boolean always) {
        this.secure = always;
        return this;
    }

    /** Sets {@code SameSite}; {@link SameSite#LAX} by default. */
    public CookieAffinityBuilder sameSite(SameSite rule) {
        this.sameSite = Objects.requireNonNull(rule, "sameSite");
        return this;
    }

    /**
     * Whether a response that sets the cookie gets {@code Cache-Control: private}; on by default. {@code Set-Cookie}
     * alone does not keep a shared cache from storing a response (RFC 9111 §7.3), and then all its clients would get
     * one client's cookie; {@code private} does (§5.2.2.7), even beside {@code public}. HAProxy has this as {@code
     * nocache}.
     */
    public CookieAffinityBuilder markPrivate(boolean on) {
        this.markPrivate = on;
        return this;
    }

    /**
     * Refuses a request whose member is gone or cannot take it, instead of moving the session; off by default. Such a
     * client is refused for as long as it sends the cookie.
     */
    public CookieAffinityBuilder strict() {
        this.strict = true;
        return this;
    }

    /** After how long without a request a session is not counted any more; 30 min by default. */
    public CookieAffinityBuilder idle(Duration time) {
        this.idle = Objects.requireNonNull(time, "idle");
        return this;
    }

    /** How many sessions are counted at most; 100,000 by default. It limits nothing but {@link Affinity#sessions}. */
    public CookieAffinityBuilder maxSessions(int sessions) {
        this.maxSessions = sessions;
        return this;
    }

    /** Where the sessions' numbers come from; a {@link SecureRandom} by default. The secret does not come from it. */
    public CookieAffinityBuilder random(RandomGenerator random) {
        this.random = Objects.requireNonNull(random, "random");
        return this;
    }

    /**
     * The affinity.
     *
     * @throws IllegalArgumentException if an option is out of range, or does not go with another; the message names it
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
        CookieForm form = new CookieForm(name, path, domain, maxAge, secureAlways(), sameSite, markPrivate);
        SessionTable<Long> seen = new SessionTable<>(maxSessions, idle);
        return new SessionAffinity(CookieSessions.begin(form, seals, seen, random), strict);
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
            throw new IllegalArgumentException("affinity maxAge must be at least 1 second: " + maxAge);
        }
        if (Boolean.FALSE.equals(secure) && Boolean.TRUE.equals(secureAlways())) {
            throw new IllegalArgumentException("affinity secure must not be false for cookie " + name
                    + " with SameSite=" + sameSite.text() + ": browsers would drop it");
        }
        if (isHostCookie() && (domain != null || !path.equals("/"))) {
            throw new IllegalArgumentException("affinity cookie " + name
                    + " must have path / and no domain (RFC 6265bis §4.1.3.2): " + path + ", " + domain);
        }
    }
}
