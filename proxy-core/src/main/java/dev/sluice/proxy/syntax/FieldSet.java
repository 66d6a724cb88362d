package dev.sluice.proxy.syntax;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names of fields, compared without case; a name that ends with an asterisk stands for all that begin so. Immutable. As
 * a condition of a name it is {@link #has}.
 */
public final class FieldSet implements Predicate<String> {
    private static final String[] NONE = {};

    /** The names of each length: a name is compared only with those, and usually there are none. */
    private final String[][] byLength;

    private final String[] prefixes;
    private final String[] names;

    /** The same with hyphens for underscores; null if no name has one. */
    private final @Nullable FieldSet hyphenated;

    private FieldSet(String[] names, String[][] byLength, String[] prefixes) {
        this.names = names;
        this.byLength = byLength;
        this.prefixes = prefixes;
        this.hyphenated = Arrays.stream(names).noneMatch(FieldSet::hasUnderscore)
                ? null
                : of(Arrays.stream(names).map(FieldSet::hyphenated).toArray(String[]::new));
    }

    private static boolean hasUnderscore(String name) {
        return name.indexOf('_') >= 0;
    }

    private static String hyphenated(String name) {
        return hasUnderscore(name) ? name.replace('_', '-') : name;
    }

    /** These names. */
    public static FieldSet of(String... names) {
        String[] whole =
                Arrays.stream(names).filter(name -> !name.endsWith("*")).toArray(String[]::new);
        int longest = Arrays.stream(whole).mapToInt(String::length).max().orElse(0);
        String[][] byLength = new String[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int each = length;
            byLength[length] =
                    Arrays.stream(whole).filter(name -> name.length() == each).toArray(String[]::new);
        }
        return new FieldSet(
                names,
                byLength,
                Arrays.stream(names)
                        .filter(name -> name.endsWith("*"))
                        .map(name -> name.substring(0, name.length() - 1))
                        .toArray(String[]::new));
    }

    /** These names and those. */
    public FieldSet and(FieldSet others) {
        return of(Stream.of(names, others.names).flatMap(Arrays::stream).toArray(String[]::new));
    }

    /**
     * Returns whether an origin may read {@code name} as one of them: CGI turns {@code -} into {@code _} (RFC 3875
     * §4.1.18), here in both.
     */
    public boolean hasAsCgi(String name) {
        return (hyphenated == null ? this : hyphenated).has(hyphenated(name));
    }

    @Override
    public boolean test(String name) {
        return has(name);
    }

    /** Returns whether {@code name} is one of them. */
    public boolean has(String name) {
        for (String each : name.length() < byLength.length ? byLength[name.length()] : NONE) {
            if (each.equalsIgnoreCase(name)) {
                return true;
            }
        }
        for (String prefix : prefixes) {
            if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
                return true;
            }
        }
        return false;
    }
}
