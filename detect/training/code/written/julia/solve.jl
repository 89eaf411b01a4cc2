using LinearAlgebra
using DataFrames, CSV
using Test

const TOLERANCE = 1e-8

function newton(f, df, x0; maxiter=100, tol=TOLERANCE)
    x = x0
    for k = 1:maxiter
        step = f(x) / df(x)
        x -= step
        if abs(step) < tol
            return x, k
        end
    end
    error("no convergence after $maxiter iterations")
end

x, k = newton(x -> x^2 - 2, x -> 2x, 1.0)
println("root $x after $k steps")

df = CSV.read("prices.csv", DataFrame)
groups = combine(groupby(df, :region), :price => mean => :mean_price, nrow => :count)
sort!(groups, :mean_price, rev=true)
filter!(row -> !ismissing(row.count) && row.count > 3, groups)

A = rand(4, 4)
b = ones(4)
y = A \ b
@show norm(A * y .- b)
squares = [i^2 for i in 1:10 if isodd(i)]
lookup = Dict(:a => 1, :b => 2)
push!(squares, 121)
result = map(squares) do s
    s > 20 ? sqrt(s) : 0.0
end

@testset "newton" begin
    @test x ≈ sqrt(2)
    @test_throws ErrorException newton(x -> 1.0, x -> 1e-3, 0.0; maxiter=2)
end

macro twice(ex)
    quote
        $(esc(ex))
        $(esc(ex))
    end
end

@inbounds @simd for i in eachindex(b)
    b[i] = i |> float
end
