package dev.sluice.proxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values by their types, a handful at most, which a list finds fastest. Guarded by the lock of its owner. */
final class Attributes {
    /** Class, value, class, value and so on; made when first needed. */
    private List<Object> entries = List.of();

    <T> @Nullable T get(Class<T> type) {
        int at = indexOf(type);
        return at < 0 ? null : type.cast(entries.get(at + 1));
    }

    void put(Class<?> type, Object value) {
        int at = indexOf(type);
        if (at >= 0) {
            entries.set(at + 1, value);
            return;
        }
        entries = entries.isEmpty() ? new ArrayList<>(8) : entries;
        entries.add(type);
        entries.add(value);
    }

    /** Puts all of these here, but for types of which there is a value. */
    void addMissing(Attributes others) {
        for (int i = 0; i < others.entries.size(); i += 2) {
            Class<?> type = (Class<?>) others.entries.get(i);
            if (indexOf(type) < 0) {
                put(type, others.entries.get(i + 1));
            }
        }
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
