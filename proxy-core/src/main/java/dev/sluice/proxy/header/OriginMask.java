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
    private final boolean absolutePaths;
    private final boolean on;

    private OriginMask(Set<Authority> aliases, boolean absolutePaths, boolean on) {
        this.aliases = aliases;
        this.absolutePaths = absolutePaths;
        this.on = on;
    }

    /**
     * A mask that knows other names of the upstreams.
     *
     * @param aliases hosts, with a port unless it is the default one of the reference's scheme
     * @throws IllegalArgumentException if one is not an authority; the message shows it
     */
    public static OriginMask withAliases(String... aliases) {
        return new OriginMask(
                Stream.of(aliases).map(Authority::parse).collect(Collectors.toUnmodifiableSet()), false, true);
    }

    /**
     * This mask for origins that do not know where they are mounted ({@code X-Forwarded-Prefix}): in references that
     * are only a path, such as {@code /login}, the prefix is mapped too. Off by default, since an origin that knows its
     * mount point already sends the client's paths.
     */
    public OriginMask mappingAbsolutePaths() {
        return new OriginMask(aliases, true, on);
    }

    /** Other names of the upstreams. */
    public Set<Authority> aliases() {
        return aliases;
    }

    /** Returns whether references that are only a path are mapped too. */
    public boolean mapsAbsolutePaths() {
        return absolutePaths;
    }

    /** Returns whether anything is changed; false for {@link #OFF}. */
    public boolean isOn() {
        return on;
    }
}
