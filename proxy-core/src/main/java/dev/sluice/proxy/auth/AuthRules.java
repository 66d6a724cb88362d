package dev.sluice.proxy.auth;

import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.path.PathPrefixes;
import dev.sluice.proxy.path.RoutingPath;
import dev.sluice.proxy.scope.OwnFields;
import dev.sluice.proxy.syntax.FieldSet;
import dev.sluice.proxy.syntax.IpLiteral;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which fields go where when a service is asked who may enter. Immutable. */
final class AuthRules {
    private final List<String> requestFields;
    private final List<String> responseFields;
    private final @Nullable String principalField;
    private final FieldSet sessionCookies;
    private final boolean allCookies;
    private final boolean cookiesToClient;
    private final FieldSet dropped;
    private final Via via = Via.unique(new SecureRandom());

    AuthRules(
            List<String> requestFields,
            List<String> responseFields,
            @Nullable String principalField,
            List<String> sessionCookies,
            boolean passOn,
            boolean cookiesToClient) {
        this.requestFields = requestFields;
        this.responseFields = responseFields;
        this.principalField = principalField;
        this.sessionCookies = FieldSet.of(sessionCookies.toArray(String[]::new));
        this.allCookies = sessionCookies.isEmpty();
        this.cookiesToClient = cookiesToClient;
        this.dropped = FieldSet.of(Stream.of(
                        responseFields.stream(),
                        Stream.ofNullable(principalField),
                        requestFields.stream().filter(name -> !passOn && name.equalsIgnoreCase("Authorization")))
                .flatMap(names -> names)
                .toArray(String[]::new));
    }

    /**
     * The fields that the service gets. Nothing of what the client says about proxies is among them but {@code Via}.
     *
     * @throws ProxyException if this is a question of this very filter: LOOP
     */
    Headers question(ProxyRequest request) throws ProxyException {
        Headers.Builder fields = Headers.builder();
        for (String name : requestFields) {
            for (String value : request.headers().all(name)) {
                String part = name.equalsIgnoreCase("Cookie") ? sent(value) : value;
                if (!part.isEmpty()) {
                    fields.add(name, part);
                }
            }
        }
        request.headers().all("Via").forEach(value -> fields.add("Via", value));
        ForwardedClient client = request.exchange().record().forwardedClient();
        fields.add("X-Forwarded-Method", request.method()).add("X-Forwarded-Proto", client.scheme());
        if (client.authority() != null) {
            fields.add("X-Forwarded-Host", client.authority().toString());
        }
        fields.add("X-Forwarded-Uri", uri(request, client));
        if (client.address() != null) {
            fields.add("X-Forwarded-For", IpLiteral.format(client.address()));
        }
        return via.request(fields.build(), request.version());
    }

    /** Path and query as the client sees them, with the path in the form in which the upstream gets it. */
    private static String uri(ProxyRequest request, ForwardedClient client) throws ProxyException {
        PathPrefixes route = PathPrefixes.of(request.exchange());
        String path = RoutingPath.of(request.target().path()).outgoing();
        String rest =
                path.startsWith(route.added()) ? path.substring(route.added().length()) : path;
        String query = request.target().query();
        return client.prefix() + route.stripped() + rest + (query == null ? "" : '?' + query);
    }

    private String sent(String cookies) {
        return allCookies ? cookies : CookieLine.only(cookies, sessionCookies::has);
    }

    /** What a 2xx says. */
    AuthAnswer accepted(ProxyResponse response) {
        Headers answered = response.headers();
        Headers fields = answered.without(name -> responseFields.stream().noneMatch(name::equalsIgnoreCase));
        List<String> cookies = answered.all("Set-Cookie");
        return new AuthAnswer(
                null, fields, principal(answered), cookiesToClient ? cookies : List.of(), cookies.isEmpty());
    }

    private @Nullable Principal principal(Headers answered) {
        String name =
                principalField == null ? "" : answered.first(principalField).orElse("");
        if (name.isBlank()) {
            return null;
        }
        Principal principal = Principal.of(name);
        for (String field : responseFields) {
            if (answered.has(field)) {
                principal = principal.withAttribute(field, String.join(", ", answered.all(field)));
            }
        }
        return principal;
    }

    /** The request that goes on. */
    ProxyRequest passedOn(ProxyRequest request, AuthAnswer answer) {
        OwnFields.add(request, dropped);
        Headers.Builder fields = Headers.builder();
        request.headers().forEach((name, value) -> {
            boolean cookies = !allCookies && name.equalsIgnoreCase("Cookie");
            String part = cookies ? CookieLine.only(value, cookie -> !sessionCookies.has(cookie)) : value;
            if (!dropped.hasAsCgi(name) && !(cookies && part.isEmpty())) {
                fields.add(name, part);
            }
        });
        return request.toBuilder()
                .headers(fields.addAll(answer.fields()).build())
                .build();
    }
}
