package dev.sluice.proxy.cache;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.serve.Tags;
import dev.sluice.proxy.internal.Printable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

/** Purges over HTTP; see {@link Cache#purgeHandler()}. */
final class PurgeHandler implements ProxyHandler {
    private static final List<String> FIELDS = List.of("Surrogate-Key", "Cache-Tag");

    private final Cache cache;

    PurgeHandler(Cache cache) {
        this.cache = cache;
    }

    @Override
    public ProxyResponse handle(ProxyRequest request) throws ProxyException {
        if (!request.method().equals("PURGE")) {
            return ProxyResponse.builder(405).addHeader("Allow", "PURGE").build();
        }
        try {
            return ProxyResponse.of(200, purge(request, isSoft(request)));
        } catch (UncheckedIOException failure) {
            return ProxyResponse.of(500, failure.getMessage() + "\n");
        }
    }

    /** A word that is misspelt must not drop what was to become stale. */
    private static boolean isSoft(ProxyRequest request) throws ProxyException {
        List<String> values = request.headers().all("Cache-Purge");
        for (String value : values) {
            if (!value.equalsIgnoreCase("soft")) {
                throw ProxyException.refused(Outcome.BAD_REQUEST, "Cache-Purge must be soft: " + Printable.of(value));
            }
        }
        return !values.isEmpty();
    }

    private String purge(ProxyRequest request, boolean soft) throws ProxyException {
        List<String> tags = Tags.of(request.headers(), FIELDS, Integer.MAX_VALUE);
        if (tags.isEmpty() && FIELDS.stream().anyMatch(request.headers()::has)) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "a purge by tag needs a tag");
        }
        if (tags.isEmpty()) {
            URI url = url(request);
            int purged = soft ? cache.purgeSoftly(url) : cache.purge(url);
            return "purged responses: " + purged + '\n';
        }
        try {
            tags.forEach(soft ? cache::purgeTagSoftly : cache::purgeTag);
        } catch (IllegalArgumentException malformed) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, String.valueOf(malformed.getMessage()));
        }
        return "purged tags: " + String.join(" ", tags) + '\n';
    }

    /** What the client would ask for. */
    private static URI url(ProxyRequest request) throws ProxyException {
        ForwardedClient client = request.exchange().record().forwardedClient();
        Authority authority = client.authority();
        if (authority == null) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "a purge needs a host");
        }
        try {
            return URI.create(
                    client.scheme() + "://" + authority + request.target().pathAndQuery());
        } catch (IllegalArgumentException notUrl) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "a purge needs a URL");
        }
    }
}
