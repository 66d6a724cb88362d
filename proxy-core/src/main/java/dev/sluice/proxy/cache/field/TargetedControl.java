package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.field.StructuredItem.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cache control for some caches alone, such as {@code CDN-Cache-Control} (RFC 9213): a dictionary of directives. A field
 * that is empty or malformed is ignored whole; parameters are ignored.
 *
 * <p>A directive with a value of the wrong type is not used (§2.1), except to forbid: {@code no-store=1} forbids as
 * {@code no-store} does, and a {@code max-age} that is no integer is 0. With {@code ?0} it is not there.
 */
public final class TargetedControl {
    private static final Set<String> WITH_NAMES = Set.of("no-cache", "private");

    private TargetedControl() {}

    /**
     * The directives of the first field of the list that is neither absent, empty nor malformed (§2.2); null if there is
     * no such field.
     */
    public static @Nullable CacheControl of(Headers response, List<String> targets) {
        for (String target : targets) {
            List<String> lines = response.all(target);
            Map<String, StructuredItem> members = lines.isEmpty() ? null : StructuredFields.dictionary(lines);
            if (members != null && !members.isEmpty()) {
                return CacheControl.of(directives(members));
            }
        }
        return null;
    }

    private static Map<String, Directive> directives(Map<String, StructuredItem> members) {
        Map<String, Directive> directives = new HashMap<>();
        members.forEach((name, value) -> {
            boolean no = value.kind() == Kind.BOOLEAN && !value.isTrue();
            if (!no) {
                directives.put(name, directive(name, value));
            }
        });
        return directives;
    }

    private static Directive directive(String name, StructuredItem value) {
        Directive directive = new Directive();
        if (value.isTrue()) {
            directive.addBare();
        } else if (value.kind() == Kind.INTEGER) {
            directive.addInteger(value.number());
        } else if (value.kind() == Kind.STRING && WITH_NAMES.contains(name)) {
            directive.addArgument(value.text());
        } else {
            directive.addMalformed();
        }
        return directive;
    }
}
