package dev.sluice.proxy.route;

import java.util.Set;

/**
 * What a handler implements that uses variables of its route's path, as a redirect does: then a table with a route that
 * lacks one of them is refused when a server gets it, and not each request.
 */
public interface NeedsVariables {
    /** The names of the variables, without braces. The same each time. */
    Set<String> variables();
}
