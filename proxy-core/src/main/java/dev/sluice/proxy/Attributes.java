package dev.sluice.proxy;

import org.jspecify.annotations.Nullable;

/**
 * Values by their types, as a chain: a value, and those that were put before it. There are a few at most. Immutable.
 *
 * @param next null at the end of the chain
 */
record Attributes(Class<?> type, Object value, @Nullable Attributes next) {
    /** The value of this type in the chain, or null. */
    static <T> @Nullable T find(@Nullable Attributes chain, Class<T> type) {
        for (Attributes each = chain; each != null; each = each.next) {
            if (each.type == type) {
                return type.cast(each.value);
            }
        }
        return null;
    }

    /** The chain with this value, instead of one of the same type. */
    static Attributes with(@Nullable Attributes chain, Class<?> type, Object value) {
        return new Attributes(type, type.cast(value), without(chain, type));
    }

    private static @Nullable Attributes without(@Nullable Attributes chain, Class<?> type) {
        if (chain == null || find(chain, type) == null) {
            return chain;
        }
        return chain.type == type ? chain.next : new Attributes(chain.type, chain.value, without(chain.next, type));
    }
}
