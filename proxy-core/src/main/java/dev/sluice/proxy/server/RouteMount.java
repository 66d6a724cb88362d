package dev.sluice.proxy.server;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.url.OpenedUpstreams;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Prepares what a server consists of, tables of routes, filters and a forward proxy: checks that its transport can do what
 * they need, and opens the upstreams that they name by URL. Safe for use by many threads.
 */
final class RouteMount implements AutoCloseable {
    private final @Nullable Transport listening;
    private final @Nullable Transport named;
    /** Of the server's filters, which stay while tables change. */
    private final @Nullable OpenedUpstreams lasting;
    /** Of the table in effect. */
    private @Nullable OpenedUpstreams opened;

    private RouteMount(@Nullable Transport listening, @Nullable Transport named) {
        this.listening = listening;
        this.named = named;
        this.lasting = named == null ? null : new OpenedUpstreams(named);
    }

    /** For a pipeline without a listener: tables stay as they are. */
    static RouteMount none() {
        return new RouteMount(null, null);
    }

    /**
     * For a server.
     *
     * @param named the transport that was set, or null for the direct one, which URLs use anyway
     */
    static RouteMount of(@Nullable Transport named) {
        return new RouteMount(named == null ? DirectTransport.shared() : named, named);
    }

    /**
     * Prepares a table, puts it into effect instead of the previous one, and closes the upstreams of that one. Tables
     * that come at once do this one after another, so that the one in effect is the one that is open.
     *
     * @param effect puts the table into effect
     * @throws IllegalArgumentException if the transport lacks what a route needs, or cannot reach an upstream, or if a
     *     route's path lacks a variable that its handler needs; the message names the route
     */
    synchronized void mount(Routes table, Consumer<Routes> effect) {
        table.routes().forEach(route -> require(route.needs(), "route " + route.name()));
        List<String> missing = table.missingVariables();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", missing));
        }
        if (named == null) {
            effect.accept(table);
            return;
        }
        OpenedUpstreams next = new OpenedUpstreams(named);
        try {
            effect.accept(table.openedBy(next));
        } catch (RuntimeException | Error fault) {
            next.close();
            throw fault;
        }
        closeTable();
        opened = next;
    }

    /** The same for a forward proxy, or null when there is none. */
    @Nullable
    ProxyHandler mount(@Nullable ProxyHandler forward) {
        if (forward == null) {
            return null;
        }
        require(forward.needs(), "the forward proxy");
        // The transport itself: a forward proxy connects by one that is direct, and opens nothing that is to be closed.
        return named == null ? forward : Openable.open(forward, named);
    }

    /** The filters of the server, in the order of their stages, and opened as the upstreams of routes are. */
    List<ProxyFilter> open(List<ProxyFilter> filters) {
        return filters.stream()
                .map(filter -> lasting == null ? filter : Openable.open(filter, lasting))
                .sorted(Comparator.comparing(ProxyFilter::stage))
                .toList();
    }

    /** Refuses what the listener cannot do. */
    void require(Set<Capability> needs, String asker) {
        for (Capability need : needs) {
            if (listening != null && !listening.listenerCapabilities().contains(need)) {
                throw new IllegalArgumentException(
                        "transport is " + listening.name() + ", but " + asker + " needs " + need.label());
            }
        }
    }

    /** Closes all upstreams that this has opened; attempts that run go on to their end. */
    @Override
    public synchronized void close() {
        closeTable();
        if (lasting != null) {
            lasting.close();
        }
    }

    private void closeTable() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
