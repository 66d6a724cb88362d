package dev.sluice.proxy.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link dev.sluice.proxy.Headers} for a reader of this module that has already checked all bytes, so that they
 * are not checked twice in every message. It bypasses the checks of the public methods, so it is not for users.
 */
public final class CheckedFields {
    private static volatile @Nullable Maker maker;

    private CheckedFields() {}

    /** Makes a {@code Headers}, which this package cannot name without a cycle. */
    @FunctionalInterface
    public interface Maker {
        /** The fields in this array, which nobody changes any more, as far as it is in use. */
        Object headers(String[] namesAndValues, int length);
    }

    /** Called by {@code Headers} when it is loaded. */
    public static void maker(Maker own) {
        maker = own;
    }

    /**
     * The fields.
     *
     * @param namesAndValues name, value, name, value and so on; not to be changed any more
     * @param length how much of it is in use
     */
    public static Object headers(String[] namesAndValues, int length) {
        return Objects.requireNonNull(maker, "Headers is not loaded").headers(namesAndValues, length);
    }
}
