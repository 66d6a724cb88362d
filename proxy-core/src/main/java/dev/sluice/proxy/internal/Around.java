package dev.sluice.proxy.internal;

/**
 * An object around another of its kind, such as a filter around a handler, which gives access to the inner one
 * and can be put around another.
 *
 * @param <T> the kind
 */
public interface Around<T> {
    /** What is within. */
    T within();

    /** The same around another one. */
    T around(T other);

    /** The innermost object within {@code outer}; that itself if there is none. */
    @SuppressWarnings("unchecked") // Whatever is round a T has a T within.
    static <T> T innermost(T outer) {
        T inner = outer;
        while (inner instanceof Around) {
            inner = ((Around<T>) inner).within();
        }
        return inner;
    }
}
