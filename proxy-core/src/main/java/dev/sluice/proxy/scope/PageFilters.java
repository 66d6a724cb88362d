package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The filters of the route that was taken; an attribute of exchanges. A failure goes through them as an exception, and the
 * page for it is made further outside: so they change it there.
 */
public final class PageFilters {
    /** The innermost first. */
    private final List<ProxyFilter> filters;

    private PageFilters(List<ProxyFilter> filters) {
        this.filters = filters;
    }

    /**
     * Notes the filters of a route.
     *
     * @param inner from the outside in
     * @param nested whether they are further inside than those that the exchange has; else they replace these
     */
    public static void put(Exchange exchange, List<ProxyFilter> inner, boolean nested) {
        PageFilters outer = exchange.get(PageFilters.class);
        if (inner.isEmpty() && (nested || outer == null)) {
            return;
        }
        List<ProxyFilter> all = new ArrayList<>(inner);
        Collections.reverse(all);
        if (nested && outer != null) {
            // A filter may send a request through the table twice.
            outer.filters.stream().filter(each -> !all.contains(each)).forEach(all::add);
        }
        exchange.put(PageFilters.class, new PageFilters(all));
    }

    /** The page as the filters of the exchange change it. */
    public static ProxyResponse page(Exchange exchange, ProxyResponse page) {
        PageFilters own = exchange.get(PageFilters.class);
        ProxyResponse changed = page;
        for (ProxyFilter filter : own == null ? List.<ProxyFilter>of() : own.filters) {
            changed = filter.page(exchange, changed);
        }
        return changed;
    }
}
