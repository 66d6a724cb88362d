package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.HostName;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hides the origin in the head of a response, as an {@link OriginMask} asks for.
 *
 * @param mapping is asked only for the few fields that may name the origin
 */
public record MaskedHead(OriginMask mask, Supplier<OriginMapping> mapping) {
    static final FieldSet DROPPED = FieldSet.of("Server", "X-Powered-By");

    /** The fields of a response as the client gets them. */
    public Headers apply(Headers response) {
        if (!mask.isOn()) {
            return response;
        }
        Headers kept = response.without(DROPPED);
        for (int i = 0; i < kept.size(); i++) {
            if (!kept.value(i).equals(rewrite(kept.name(i), kept.value(i)))) {
                return rewritten(kept);
            }
        }
        return kept;
    }

    private Headers rewritten(Headers fields) {
        Headers.Builder changed = Headers.builder();
        fields.forEach((name, value) -> {
            String shown = rewrite(name, value);
            if (shown != null) {
                changed.add(name, shown);
            }
        });
        return changed.build();
    }

    private String rewrite(String name, String value) {
        if (name.equalsIgnoreCase("Set-Cookie")) {
            return SetCookie.rewrite(value, mapping.get(), host -> isOriginHost(host));
        }
        boolean reference = name.equalsIgnoreCase("Location") || name.equalsIgnoreCase("Content-Location");
        if (reference) {
            return rewriteReference(value);
        }
        if (name.equalsIgnoreCase("Refresh")) {
            return RefreshField.rewrite(value, target -> rewriteReference(target));
        }
        return value;
    }

    private String rewriteReference(String text) {
        OriginMapping known = mapping.get();
        Reference reference = Reference.parse(text, known.originScheme());
        if (reference == null) {
            return text;
        }
        Authority authority = reference.authority();
        if (authority != null && isOrigin(authority, reference.effectiveScheme(), known)) {
            String path = reference.path().isEmpty() ? "/" : reference.path();
            return base(reference.scheme(), known, known.publicPath(path)) + reference.rest();
        }
        return authority == null && mask.mapAbsolutePaths()
                ? pathAlone(known.publicPath(reference.path())) + reference.rest()
                : text;
    }

    private boolean isOrigin(Authority authority, String scheme, OriginMapping known) {
        Authority origin = known.originAuthority();
        boolean named = origin != null
                && sameHost(authority.host(), origin.host())
                && authority.portOr(scheme) == origin.portOr(known.originScheme());
        return named || mask.aliases().stream().anyMatch(alias -> alias.sameAs(authority, scheme));
    }

    private boolean isOriginHost(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        Authority origin = mapping.get().originAuthority();
        return (origin != null && sameHost(origin.host(), lower))
                || mask.aliases().stream().anyMatch(alias -> sameHost(alias.host(), lower));
    }

    private static boolean sameHost(String one, String other) {
        return HostName.withoutRootDot(one).equals(HostName.withoutRootDot(other));
    }

    /** The reference with the client's authority before the path, as far as it is known. */
    private static String base(@Nullable String scheme, OriginMapping known, String path) {
        Authority authority = known.publicAuthority();
        if (authority == null) {
            return pathAlone(path);
        }
        return (scheme == null ? "//" : known.publicScheme() + "://") + authority + path;
    }

    /** RFC 3986 §4.2: a path that begins with two slashes would be read as the name of another host. */
    private static String pathAlone(String path) {
        boolean ambiguous = path.length() > 1 && (path.charAt(1) == '/' || path.charAt(1) == '\\');
        return ambiguous ? "/." + path : path;
    }
}
