package dev.sluice.proxy.answer;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.route.NeedsVariables;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.RouteMatch;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends clients to another place (RFC 9110 §15.4). Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * Route moved = Route.path("/old/**").stripPrefix("/old").to(Redirect.permanent("/new/**"));
 * Route renamed = Route.path("/user/{id}").to(Redirect.permanent("/people/{id}"));
 * Route www = Route.host("www.shop.example").to(Redirect.permanent("https://shop.example/**"));
 * }</pre>
 *
 * <p>The place is a path of the same host, or a URL, and stands for itself but for this:
 *
 * <ul>
 *   <li>{@code /**} at the end of its path is the path of the request, as the route hands it on: what is left of it after
 *       {@link Route.Builder#stripPrefix}.
 *   <li>{@code {id}} in its path or its query is that variable of the route's path, or of one around it. A server refuses a
 *       table with a route that lacks it.
 * </ul>
 *
 * <p>The query of the request goes with it, behind that of the place. No request can choose the host: what it has in its
 * path stays in the path, also {@code //other.example}. A redirect to the very place that was asked for is refused with
 * 508, as a browser would follow it again and again.
 */
public final class Redirect implements ProxyHandler, NeedsVariables {
    private final RedirectTarget target;
    private final int status;
    private final boolean query;

    private Redirect(RedirectTarget target, int status, boolean query) {
        this.target = target;
        this.status = status;
        this.query = query;
    }

    /**
     * For good, and with the same method: 308. Browsers remember it without asking again.
     *
     * @param target the place, such as {@code /new/**} or {@code https://shop.example/**}
     * @throws IllegalArgumentException if it is not of the form that the class describes; the message shows it
     */
    public static Redirect permanent(String target) {
        return new Redirect(RedirectTarget.parse(target), 308, true);
    }

    /**
     * For now, and with the same method: 307.
     *
     * @param target as for {@link #permanent}
     * @throws IllegalArgumentException as {@link #permanent} does
     */
    public static Redirect temporary(String target) {
        return new Redirect(RedirectTarget.parse(target), 307, true);
    }

    /**
     * The same with another status: 301 or 302, after which clients may change POST to GET, 303, after which they do, 307 or
     * 308, after which they do not.
     *
     * @throws IllegalArgumentException if it is another one
     */
    public Redirect withStatus(int code) {
        return switch (code) {
            case 301, 302, 303, 307, 308 -> new Redirect(target, code, query);
            default -> throw new IllegalArgumentException("status must be 301, 302, 303, 307 or 308: " + code);
        };
    }

    /** The same, and whether the query of the request goes with it; true by default. */
    public Redirect withQuery(boolean on) {
        return new Redirect(target, status, on);
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** Returns whether the query of the request goes with it. */
    public boolean query() {
        return query;
    }

    /** The names of the variables that the route's path must have; none if the place is the same for all requests. */
    @Override
    public Set<String> variables() {
        return target.variables();
    }

    /**
     * Redirects.
     *
     * @throws ProxyException if the request has asked for the very place: LOOP
     * @throws IllegalArgumentException if the route has no variable that the place needs
     */
    @Override
    public ProxyResponse handle(ProxyRequest request) throws ProxyException {
        RouteMatch match = RouteMatch.of(request.exchange());
        ForwardedClient client = request.exchange().record().forwardedClient();
        RequestTarget asked = request.target();
        String location = target.location(
                client.prefix(), asked.path(), query ? asked.query() : null, name -> variable(match, name));
        RequestTarget original = match == null ? asked : match.original();
        String here = client.prefix() + original.pathAndQuery();
        Authority authority = client.authority();
        // RFC 3986 §3.5: a fragment stays with the client, which would ask for the same again.
        String asksFor =
                location.substring(0, location.length() - target.fragment().length());
        if (asksFor.equals(here) || (authority != null && asksFor.equals(client.scheme() + "://" + authority + here))) {
            throw ProxyException.refused(Outcome.LOOP, "a redirect to the same place");
        }
        return ProxyResponse.builder(status).addHeader("Location", location).build();
    }

    private static String variable(@Nullable RouteMatch match, String name) {
        if (match == null) {
            throw new IllegalArgumentException("a redirect without a route has no path variable \"" + name + "\"");
        }
        return match.variable(name);
    }

    /** Status and place. */
    @Override
    public String toString() {
        return "Redirect[" + status + ' ' + target + ']';
    }
}
