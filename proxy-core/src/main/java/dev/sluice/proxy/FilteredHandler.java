package dev.sluice.proxy;

import dev.sluice.proxy.internal.Around;
import java.io.IOException;
import java.util.Set;

/**
 * A handler with a filter around it. If a filter gets a failure, as an exception or an error page, and answers with its
 * own error status, the record keeps the failure. With another status it has mended the failure.
 */
final class FilteredHandler implements ProxyHandler, Around<ProxyHandler, ProxyFilter> {
    private final ProxyHandler handler;
    private final ProxyFilter filter;
    private final ProxyHandler next = this::next;

    FilteredHandler(ProxyHandler handler, ProxyFilter filter) {
        this.handler = handler;
        this.filter = filter;
    }

    @Override
    public ProxyResponse handle(ProxyRequest request) throws IOException, InterruptedException {
        ProxyResponse response = filter.filter(request, next);
        ExchangeNotes notes = request.exchange().notes();
        ProxyException told = notes.takeTold();
        if (told != null && isError(response)) {
            notes.failed(told);
        } else if (told != null) {
            notes.mended();
        }
        return response;
    }

    private ProxyResponse next(ProxyRequest request) throws IOException, InterruptedException {
        Exchange scope = request.exchange();
        if (scope.parent() != null) {
            // A failure inside an attempt belongs to the attempt, and another attempt may still succeed.
            return handler.handle(request);
        }
        ExchangeNotes notes = scope.notes();
        // A filter that calls the handler again makes another try, and only the last result counts.
        notes.mended();
        try {
            ProxyResponse response = handler.handle(request);
            ProxyException page = notes.failure();
            if (page != null && isError(response)) {
                notes.told(page);
            }
            return response;
        } catch (Throwable cause) {
            notes.told(ProxyException.of(cause));
            throw cause;
        }
    }

    private static boolean isError(ProxyResponse response) {
        return response.status() >= 400;
    }

    @Override
    public ProxyHandler within() {
        return handler;
    }

    @Override
    public ProxyFilter by() {
        return filter;
    }

    @Override
    public ProxyHandler around(ProxyHandler other, ProxyFilter by) {
        return new FilteredHandler(other, by);
    }

    @Override
    public Set<Capability> needs() {
        return handler.needs();
    }
}
