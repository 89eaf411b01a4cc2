#!/usr/bin/env rdmd
module words;

import std.stdio;
import std.algorithm : sort, map, filter, canFind;
import std.array : array, split;
import std.conv : to;
import std.range;
import core.thread;

@safe:

struct Counter(T)
{
    private size_t[T] counts;

    void put(T item) pure nothrow
    {
        counts[item]++;
    }

    auto opIndex(T item) const
    {
        return item in counts ? counts[item] : 0;
    }

    unittest
    {
        Counter!string c;
        c.put("a");
        assert(c["a"] == 1);
    }
}

class Reader : Thread
{
    this(string path)
    {
        super(&run);
        this.path = path;
    }

private:
    string path;

    void run() @trusted
    {
        foreach (i, line; File(path).byLineCopy.enumerate)
        {
            if (line.length == 0) continue;
            writefln("%d: %s", i, line.idup);
        }
    }
}

void main(string[] args)
{
    immutable numbers = iota(10).filter!(n => n % 2 == 0).map!(n => n * n).array;
    auto text = cast(string) args[1 .. $].join(" ");
    scope(exit) writeln("done");
    static if (is(size_t == ulong)) writeln("64 bit");
    foreach (ref n; numbers.dup) writeln(n.to!string ~ text);
    mixin("int x = 5;");
    version (Windows) { writeln("Windows"); } else { writeln("other"); }
}
