package dev.sluice.proxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values by their types: a few at most, so a list is fastest. Safe for use by many threads. */
final class Attributes {
    private final @Nullable Attributes outer;
    /** Class, value, class, value and so on; made when first needed. */
    private List<Object> entries = List.of();

    /** Attributes of a scope within another one, or of one that stands alone. */
    Attributes(@Nullable Attributes outer) {
        this.outer = outer;
    }

    /** The value here, else the outer one, or null. */
    <T> @Nullable T get(Class<T> type) {
        synchronized (this) {
            int at = indexOf(type);
            if (at >= 0) {
                return type.cast(entries.get(at + 1));
            }
        }
        return outer == null ? null : outer.get(type);
    }

    /** Puts a value here, and replaces one of the same type. */
    synchronized void put(Class<?> type, Object value) {
        Object checked = type.cast(value);
        int at = indexOf(type);
        if (at >= 0) {
            entries.set(at + 1, checked);
            return;
        }
        entries = entries.isEmpty() ? new ArrayList<>(8) : entries;
        entries.add(type);
        entries.add(checked);
    }

    /** A copy of all present values, in attributes that stand alone. */
    Attributes copy() {
        Attributes copy = outer == null ? new Attributes(null) : outer.copy();
        synchronized (this) {
            for (int i = 0; i < entries.size(); i += 2) {
                copy.put((Class<?>) entries.get(i), entries.get(i + 1));
            }
        }
        return copy;
    }

    private int indexOf(Class<?> type) {
        for (int i = 0; i < entries.size(); i += 2) {
            if (entries.get(i) == type) {
                return i;
            }
        }
        return -1;
    }
}
