package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.HostName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Hides the origin in the head of a response, as an {@link OriginMask} asks for. */
public record MaskedHead(OriginMask mask, OriginMapping mapping) {
    static final FieldSet DROPPED = FieldSet.of("Server", "X-Powered-By");

    /** The fields of a response as the client gets them. */
    public Headers apply(Headers response) {
        if (!mask.isOn()) {
            return response;
        }
        Headers kept = response.without(DROPPED::has);
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
            return SetCookie.rewrite(value, mapping, host -> isOriginHost(host));
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
        Reference reference = Reference.parse(text, mapping.originScheme());
        if (reference == null) {
            return text;
        }
        Authority authority = reference.authority();
        if (authority != null && isOrigin(authority, reference.effectiveScheme())) {
            String path = reference.path().isEmpty() ? "/" : reference.path();
            return base(reference.scheme(), mapping.publicPath(path)) + reference.rest();
        }
        return authority == null && mask.mapAbsolutePaths()
                ? pathAlone(mapping.publicPath(reference.path())) + reference.rest()
                : text;
    }

    private boolean isOrigin(Authority authority, String scheme) {
        Authority origin = mapping.originAuthority();
        boolean named = origin != null
                && sameHost(authority.host(), origin.host())
                && authority.portOr(scheme) == origin.portOr(mapping.originScheme());
        return named || mask.aliases().stream().anyMatch(alias -> alias.sameAs(authority, scheme));
    }

    private boolean isOriginHost(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        Authority origin = mapping.originAuthority();
        return (origin != null && sameHost(origin.host(), lower))
                || mask.aliases().stream().anyMatch(alias -> sameHost(alias.host(), lower));
    }

    private static boolean sameHost(String one, String other) {
        return HostName.withoutRootDot(one).equals(HostName.withoutRootDot(other));
    }

    /** The reference with the client's authority before the path, as far as it is known. */
    private String base(@Nullable String scheme, String path) {
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
