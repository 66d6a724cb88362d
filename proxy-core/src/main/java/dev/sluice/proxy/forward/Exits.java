package dev.sluice.proxy.forward;

import java.util.List;

/** The way of a request: the way of the first choice that has its host, otherwise the usual one. */
record Exits(List<Choice> choices, Exit usual) {
    /** A way for some hosts. */
    record Choice(Destinations hosts, Exit exit) {}

    Exit to(String host) {
        for (Choice choice : choices) {
            if (choice.hosts().hasHost(host)) {
                return choice.exit();
            }
        }
        return usual;
    }
}
