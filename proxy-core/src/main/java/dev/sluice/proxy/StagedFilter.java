package dev.sluice.proxy;

import dev.sluice.proxy.internal.Around;
import java.io.IOException;

/** A filter at another stage than its own. */
final class StagedFilter implements ProxyFilter, Around<ProxyFilter, Stage> {
    private final ProxyFilter filter;
    private final Stage stage;

    StagedFilter(ProxyFilter filter, Stage stage) {
        this.filter = filter;
        this.stage = stage;
    }

    @Override
    public Stage stage() {
        return stage;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        return filter.filter(request, next);
    }

    @Override
    public ProxyResponse page(Exchange exchange, ProxyResponse page) {
        return filter.page(exchange, page);
    }

    @Override
    public ProxyFilter within() {
        return filter;
    }

    @Override
    public Stage by() {
        return stage;
    }

    @Override
    public ProxyFilter around(ProxyFilter other, Stage at) {
        return new StagedFilter(other, at);
    }

    /** The filter's own name. */
    @Override
    public String toString() {
        return filter.toString();
    }
}
