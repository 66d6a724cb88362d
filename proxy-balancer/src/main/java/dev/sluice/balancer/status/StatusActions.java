package dev.sluice.balancer.status;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.syntax.Redaction;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a viewer may change. Each change is logged with who has asked for it. Safe for use by many threads. */
final class StatusActions {
    /** By the name of the page, whose part this is. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.balancer.status.StatusPage");

    private final Sources sources;
    private final Logger log;

    StatusActions(Sources sources) {
        this(sources, LOG);
    }

    /** With another logger, for tests. */
    StatusActions(Sources sources, Logger log) {
        this.sources = sources;
        this.log = log;
    }

    /**
     * Does what a form asks for.
     *
     * @param who for the log
     * @return what was done, for a person
     * @throws IllegalArgumentException if it cannot be done; the message says why
     * @throws IllegalStateException if its pool is closed
     */
    String run(Map<String, String> form, String who) {
        String action = need(form, "action");
        String done = switch (action) {
            case "drain" -> drain(pool(form), need(form, "member"), who);
            case "resume" -> resume(pool(form), need(form, "member"));
            case "weight" -> weight(pool(form), need(form, "member"), number(form, "weight"));
            case "replace" -> replace(pool(form), need(form, "member"), need(form, "url"), who);
            case "purge" -> purge(named("cache", sources.caches, form), form);
            case "log" -> log(need(form, "route"), need(form, "share"));
            case "maintenance" -> turn(named("switch", sources.maintenance, form), form);
            default -> throw new IllegalArgumentException("there is no action \"" + action + '"');
        };
        log.info("{} has asked for: {}", shown(who), shown(done));
        return done;
    }

    /** As a viewer's words and a caller's name may be in a line: without secrets, and no line more. */
    private static String shown(String text) {
        return Printable.of(Redaction.DEFAULT.text(text));
    }

    private String drain(UpstreamPool pool, String member, String who) {
        later(pool + ": the drain of " + member, pool.drain(member), who);
        return pool + ": " + member + " is drained";
    }

    private static String resume(UpstreamPool pool, String member) {
        pool.resume(member);
        return pool + ": " + member + " gets requests again";
    }

    private static String weight(UpstreamPool pool, String member, int weight) {
        pool.update(change -> change.weight(member, weight));
        return pool + ": " + member + " has weight " + weight;
    }

    private String replace(UpstreamPool pool, String old, String url, String who) {
        later(pool + ": the replacement of " + old + " by " + url, pool.replace(old, Member.at(url)), who);
        return pool + ": " + old + " is replaced by " + url;
    }

    /** Its end is in the log: the viewer may have gone by then. */
    private void later(String what, CompletionStage<?> end, String who) {
        end.whenComplete((report, failure) -> {
            if (failure == null) {
                log.info("{}, for which {} has asked, has ended: {}", shown(what), shown(who), report);
            } else {
                log.warn(
                        "{}, for which {} has asked, has failed: {}",
                        shown(what),
                        shown(who),
                        shown(String.valueOf(failure.getMessage())));
            }
        });
    }

    private static String purge(Cache cache, Map<String, String> form) {
        boolean soft = flag(form, "soft", false);
        String how = soft ? "is stale now" : "is dropped";
        if (form.containsKey("tag")) {
            String tag = need(form, "tag");
            if (soft) {
                cache.purgeTagSoftly(tag);
            } else {
                cache.purgeTag(tag);
            }
            return "what has the tag " + tag + ' ' + how;
        }
        if (form.containsKey("url")) {
            URI url = URI.create(need(form, "url"));
            int purged = soft ? cache.purgeSoftly(url) : cache.purge(url);
            return url + " " + how + ", stored responses: " + purged;
        }
        if (!flag(form, "all", false)) {
            throw new IllegalArgumentException("a purge needs a tag, a url, or all=true");
        }
        if (soft) {
            cache.purgeAllSoftly();
        } else {
            cache.purgeAll();
        }
        return "everything " + how;
    }

    private static String turn(Maintenance maintenance, Map<String, String> form) {
        boolean on = flag(form, "on", null);
        if (on) {
            maintenance.on();
        } else {
            maintenance.off();
        }
        return "maintenance " + need(form, "switch") + " is " + (on ? "on" : "off");
    }

    private String log(String route, String share) {
        AccessLog log = sources.accessLog;
        if (log == null) {
            throw new IllegalArgumentException("there is no access log here");
        }
        // What is kept for a route stays in memory: only of those that there are.
        if (sources.servers.stream().noneMatch(server -> server.hasRoute(route))) {
            throw new IllegalArgumentException("there is no route \"" + route + '"');
        }
        log.keep(route, share(share));
        return "the access log keeps " + share + " of route " + route;
    }

    private static double share(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException("share must be a number: \"" + text + '"', notOne);
        }
    }

    private UpstreamPool pool(Map<String, String> form) {
        return named("pool", sources.pools, form);
    }

    private static <T> T named(String kind, Map<String, T> known, Map<String, String> form) {
        String name = need(form, kind);
        T found = known.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no " + kind + " \"" + name + "\" here: " + known.keySet());
        }
        return found;
    }

    private static String need(Map<String, String> form, String name) {
        String value = form.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static int number(Map<String, String> form, String name) {
        String value = need(form, name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException(name + " must be a whole number: \"" + value + '"', notOne);
        }
    }

    /** @param otherwise its value if it is missing, or null if it must not be */
    private static boolean flag(Map<String, String> form, String name, @Nullable Boolean otherwise) {
        if (otherwise != null && !form.containsKey(name)) {
            return otherwise;
        }
        String value = need(form, name);
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(name + " must be true or false: \"" + value + '"');
        }
        return value.equals("true");
    }
}
