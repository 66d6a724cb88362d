package dev.sluice.proxy.header;

import java.util.Arrays;

/**
 * Names of fields, compared without case; a name that ends with an asterisk stands for all that begin so. Immutable.
 */
final class FieldSet {
    private final String[] names;
    private final String[] prefixes;

    private FieldSet(String[] names, String[] prefixes) {
        this.names = names;
        this.prefixes = prefixes;
    }

    static FieldSet of(String... names) {
        return new FieldSet(
                Arrays.stream(names).filter(name -> !name.endsWith("*")).toArray(String[]::new),
                Arrays.stream(names)
                        .filter(name -> name.endsWith("*"))
                        .map(name -> name.substring(0, name.length() - 1))
                        .toArray(String[]::new));
    }

    /**
     * Tells whether {@code name} is one of them. A plain loop: most names differ in length, which is compared first.
     */
    boolean has(String name) {
        for (String each : names) {
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
