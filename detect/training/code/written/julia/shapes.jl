module Geometry

using Statistics, Printf
import Base: show, +, ==

export Circle, Polygon, area, perimeter

abstract type Shape end

struct Vec2{T<:Real}
    x::T
    y::T
end

+(a::Vec2, b::Vec2) = Vec2(a.x + b.x, a.y + b.y)

"""
    Circle(center, radius)

A circle in the plane.
"""
struct Circle{T<:AbstractFloat} <: Shape
    center::Vec2{T}
    radius::T
end

mutable struct Polygon{T} <: Shape
    points::Vector{Vec2{T}}
    name::Union{Nothing,String}
end

Polygon(points::Vector{Vec2{T}}) where {T} = Polygon{T}(points, nothing)

area(c::Circle) = π * c.radius^2

function area(p::Polygon)
    n = length(p.points)
    s = zero(eltype(first(p.points).x))
    for i in 1:n
        j = i % n + 1
        s += p.points[i].x * p.points[j].y - p.points[j].x * p.points[i].y
    end
    return abs(s) / 2
end

function perimeter(p::Polygon; closed::Bool=true)
    total = 0.0
    for (a, b) in zip(p.points, circshift(p.points, -1))
        total += hypot(a.x - b.x, a.y - b.y)
    end
    closed || @warn "the polygon is open"
    total
end

Base.show(io::IO, c::Circle) = @printf(io, "Circle at (%.2f, %.2f)", c.center.x, c.center.y)

end # module
