package dev.sluice.proxy.internal;

import java.util.function.UnaryOperator;

/**
 * An object around another of its kind, such as a filter around a handler, which gives access to the inner one
 * and can be put around another.
 *
 * @param <T> the kind
 * @param <B> what it does to the inner one, such as a filter
 */
public interface Around<T, B> {
    /** What is within. */
    T within();

    /** What this does to the inner one. */
    B by();

    /** The same around another one, by something of the same kind. */
    T around(T other, B by);

    /** The innermost object within {@code outer}; that itself if there is none. */
    @SuppressWarnings("unchecked") // Whatever is round a T has a T within.
    static <T> T innermost(T outer) {
        T inner = outer;
        while (inner instanceof Around) {
            inner = ((Around<T, ?>) inner).within();
        }
        return inner;
    }

    /** What {@code change} makes of the innermost object within {@code outer}, with everything around it. */
    @SuppressWarnings("unchecked") // Whatever is round a T has a T within.
    static <T> T replaced(T outer, UnaryOperator<T> change) {
        if (outer instanceof Around) {
            Around<T, Object> around = (Around<T, Object>) outer;
            return around.around(replaced(around.within(), change), around.by());
        }
        return change.apply(outer);
    }
}
