package dev.sluice.proxy.internal;

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
}
