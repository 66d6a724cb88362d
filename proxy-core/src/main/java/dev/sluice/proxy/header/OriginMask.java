package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.HostName;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    static final FieldSet DROPPED = FieldSet.of("Server", "X-Powered-By");

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

    /** The fields of a response as the client gets them. */
    public Headers apply(Headers response, OriginMapping mapping) {
        if (!on) {
            return response;
        }
        Headers kept = response.without(DROPPED::has);
        for (int i = 0; i < kept.size(); i++) {
            if (!kept.value(i).equals(rewrite(kept.name(i), kept.value(i), mapping))) {
                return rewritten(kept, mapping);
            }
        }
        return kept;
    }

    private Headers rewritten(Headers fields, OriginMapping mapping) {
        Headers.Builder changed = Headers.builder();
        fields.forEach((name, value) -> {
            String shown = rewrite(name, value, mapping);
            if (shown != null) {
                changed.add(name, shown);
            }
        });
        return changed.build();
    }

    private String rewrite(String name, String value, OriginMapping mapping) {
        if (name.equalsIgnoreCase("Set-Cookie")) {
            return SetCookie.rewrite(value, mapping, host -> isOriginHost(host, mapping));
        }
        boolean reference = name.equalsIgnoreCase("Location") || name.equalsIgnoreCase("Content-Location");
        if (reference) {
            return rewriteReference(value, mapping);
        }
        if (name.equalsIgnoreCase("Refresh")) {
            return RefreshField.rewrite(value, target -> rewriteReference(target, mapping));
        }
        return value;
    }

    private String rewriteReference(String text, OriginMapping mapping) {
        Reference reference = Reference.parse(text, mapping.originScheme());
        if (reference == null) {
            return text;
        }
        Authority authority = reference.authority();
        if (authority != null && isOrigin(authority, reference.effectiveScheme(), mapping)) {
            String path = reference.path().isEmpty() ? "/" : reference.path();
            return base(reference.scheme(), mapping, mapping.publicPath(path)) + reference.rest();
        }
        return authority == null && absolutePaths
                ? pathAlone(mapping.publicPath(reference.path())) + reference.rest()
                : text;
    }

    private boolean isOrigin(Authority authority, String scheme, OriginMapping mapping) {
        Authority origin = mapping.originAuthority();
        boolean named = origin != null
                && sameHost(authority.host(), origin.host())
                && authority.portOr(scheme) == origin.portOr(mapping.originScheme());
        return named || aliases.stream().anyMatch(alias -> alias.sameAs(authority, scheme));
    }

    private boolean isOriginHost(String host, OriginMapping mapping) {
        String lower = host.toLowerCase(Locale.ROOT);
        Authority origin = mapping.originAuthority();
        return (origin != null && sameHost(origin.host(), lower))
                || aliases.stream().anyMatch(alias -> sameHost(alias.host(), lower));
    }

    private static boolean sameHost(String one, String other) {
        return HostName.withoutRootDot(one).equals(HostName.withoutRootDot(other));
    }

    /** The reference with the client's authority before the path, as far as it is known. */
    private static String base(@Nullable String scheme, OriginMapping mapping, String path) {
        Authority authority = mapping.publicAuthority();
        if (authority == null) {
            return pathAlone(path);
        }
        return (scheme == null ? "//" : mapping.publicScheme() + "://") + authority + path;
    }

    /** RFC 3986 §4.2: a path that begins with two slashes would be read as the name of another host. */
    private static String pathAlone(String path) {
        boolean ambiguous = path.length() > 1 && (path.charAt(1) == '/' || path.charAt(1) == '\\');
        return ambiguous ? "/." + path : path;
    }
}
