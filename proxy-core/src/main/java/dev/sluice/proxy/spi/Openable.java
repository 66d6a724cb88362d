package dev.sluice.proxy.spi;

import dev.sluice.proxy.internal.Around;

/**
 * Something with upstreams that it was given as URLs: a handler, an upstream or a source of upstreams. A server that names
 * a transport has them opened by it when it is built, and when a table of routes is put into effect later. Whatever calls
 * others of its kind is openable too, and passes it on to them with {@link #open}.
 *
 * @param <T> the kind: {@link dev.sluice.proxy.ProxyHandler}, {@link dev.sluice.proxy.ProxyFilter}, {@link
 *     dev.sluice.proxy.Upstream} or {@link UpstreamSource}
 */
public interface Openable<T> {
    /**
     * This with the upstreams that it names by URL opened by this transport.
     *
     * @throws IllegalArgumentException if the transport cannot reach an upstream, or cannot do what this asks of it; the
     *     message names it
     */
    T openedBy(UpstreamOpener transport);

    /**
     * What {@link #openedBy} makes of {@code part}, with the filters that are round it, which are opened too; {@code part}
     * itself when there is nothing in it to be opened.
     *
     * @throws IllegalArgumentException as {@link #openedBy} does
     */
    @SuppressWarnings("unchecked") // What is round a T has a T within, and what is opened as a T is one.
    static <T> T open(T part, UpstreamOpener transport) {
        if (part instanceof Around) {
            Around<T, Object> outer = (Around<T, Object>) part;
            return outer.around(open(outer.within(), transport), open(outer.by(), transport));
        }
        return part instanceof Openable ? ((Openable<T>) part).openedBy(transport) : part;
    }
}
