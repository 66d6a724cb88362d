package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hides the origin in its responses. {@code Location}, {@code Content-Location} and {@code Refresh} are turned into
 * the client's terms where they name the chosen upstream, or an alias of it; relative references and those to other
 * places stay. {@code Set-Cookie} loses a {@code Domain} that is the upstream's host, has its {@code Path} turned into
 * the client's, and gets {@code Secure} when the client uses TLS; each cookie keeps its line. {@code Server} and
 * {@code X-Powered-By} go. What cannot be parsed stays as it is. Immutable.
 */
public final class OriginMask {
    /** Knows no aliases. */
    public static final OriginMask DEFAULT = new OriginMask(Set.of(), false, true);

    /** Changes nothing. */
    public static final OriginMask OFF = new OriginMask(Set.of(), false, false);

    private final Set<Authority> aliases;
    private final boolean absolutePaths;
    private final boolean on;

    private OriginMask(Set<Authority> aliases, boolean absolutePaths, boolean on) {
        this.aliases = aliases;
        this.absolutePaths = absolutePaths;
        this.on = on;
    }

    /**
     * A mask that knows other names that the upstreams give themselves.
     *
     * @param aliases hosts, with a port unless it is the default one of the reference's scheme
     * @throws IllegalArgumentException if one is not an authority; the message shows it
     */
    public static OriginMask withAliases(String... aliases) {
        return new OriginMask(
                Stream.of(aliases).map(Authority::parse).collect(Collectors.toUnmodifiableSet()), false, true);
    }

    /**
     * This mask for origins that do not know where they are mounted ({@code X-Forwarded-Prefix}): references that are
     * a path alone, such as {@code /login}, have their prefix mapped too. Off by default, since an origin that knows
     * its mount point sends paths that are the client's already.
     */
    public OriginMask mappingAbsolutePaths() {
        return new OriginMask(aliases, true, on);
    }

    /** Other names that the upstreams give themselves. */
    public Set<Authority> aliases() {
        return aliases;
    }

    /** Returns whether references that are a path alone are mapped too. */
    public boolean mapsAbsolutePaths() {
        return absolutePaths;
    }

    /** Returns whether anything is changed; false for {@link #OFF}. */
    public boolean isOn() {
        return on;
    }
}
