package dev.sluice.proxy.internal;

/**
 * What is around something else of its kind, such as a filter around a handler: so that what is within can be asked
 * what it is.
 *
 * @param <T> the kind
 */
public interface Around<T> {
    /** What is within. */
    T within();

    /** What is within all that is around {@code outer}; that itself when there is nothing. */
    @SuppressWarnings("unchecked") // Whatever is round a T has a T within.
    static <T> T innermost(T outer) {
        T inner = outer;
        while (inner instanceof Around) {
            inner = ((Around<T>) inner).within();
        }
        return inner;
    }
}
