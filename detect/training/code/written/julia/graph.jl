module Graphs

export Graph, add_edge!, neighbors, shortest_path

using DataStructures: PriorityQueue, enqueue!, dequeue!
import Base: show, length

abstract type AbstractGraph{T} end

struct Graph{T<:Real} <: AbstractGraph{T}
    edges::Dict{Int,Vector{Tuple{Int,T}}}
end

Graph{T}() where {T} = Graph{T}(Dict{Int,Vector{Tuple{Int,T}}}())

function add_edge!(g::Graph{T}, a::Int, b::Int, w::T) where {T}
    push!(get!(g.edges, a, Tuple{Int,T}[]), (b, w))
    return g
end

"""
    shortest_path(g, from, to)

Length of the shortest path.
"""
function shortest_path(g::Graph, from::Int, to::Int)
    queue = PriorityQueue{Int,Float64}()
    enqueue!(queue, from, 0.0)
    dist = Dict(from => 0.0)
    while !isempty(queue)
        node = dequeue!(queue)
        node == to && return dist[node]
        for (next, w) in get(g.edges, node, [])
            d = dist[node] + w
            if d < get(dist, next, Inf)
                dist[next] = d
                queue[next] = d
            end
        end
    end
    nothing
end

show(io::IO, g::Graph) = print(io, "Graph with $(length(g.edges)) nodes")

end # module
