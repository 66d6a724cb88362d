package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hides the origin in its responses. {@code Location}, {@code Content-Location} and {@code Refresh} are changed to the
 * client's view if they name the chosen upstream or an alias of it; relative references and those to other places stay.
 * {@code Set-Cookie} loses a {@code Domain} that is the upstream's host, gets the client's {@code Path}, and gets
 * {@code Secure} if the client uses TLS; each cookie keeps its line. {@code Server} and {@code X-Powered-By} are
 * removed. Values that cannot be parsed stay as they are. Immutable.
 */
public final class OriginMask {
    /** Knows no aliases. */
    public static final OriginMask DEFAULT = new OriginMask(Set.of(), false, true);

    /** Changes nothing. */
    public static final OriginMask OFF = new OriginMask(Set.of(), false, false);

    private final Set<Authority> aliases;
    private final boolean mapAbsolutePaths;
    private final boolean on;

    private OriginMask(Set<Authority> aliases, boolean mapAbsolutePaths, boolean on) {
        this.aliases = aliases;
        this.mapAbsolutePaths = mapAbsolutePaths;
        this.on = on;
    }

    /**
     * This mask with these other names of the upstreams, in place of those that it has.
     *
     * @param aliases hosts, with a port unless it is the default one of the reference's scheme
     * @throws IllegalArgumentException if one is not an authority; the message shows it
     */
    public OriginMask withAliases(String... aliases) {
        return new OriginMask(
                Stream.of(aliases).map(Authority::parse).collect(Collectors.toUnmodifiableSet()), mapAbsolutePaths, on);
    }

    /**
     * This mask with another {@link #mapAbsolutePaths()}: true is for origins that do not know where they are mounted
     * ({@code X-Forwarded-Prefix}).
     */
    public OriginMask withMapAbsolutePaths(boolean map) {
        return new OriginMask(aliases, map, on);
    }

    /** Other names of the upstreams. */
    public Set<Authority> aliases() {
        return aliases;
    }

    /**
     * Whether the prefix is also mapped in references that are only a path, such as {@code /login}; false by default,
     * since an origin that knows its mount point already sends the client's paths.
     */
    public boolean mapAbsolutePaths() {
        return mapAbsolutePaths;
    }

    /** Returns whether anything is changed; false for {@link #OFF}. */
    public boolean isOn() {
        return on;
    }
}
