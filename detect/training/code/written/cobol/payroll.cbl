      * Computes the net pay of an employee.
       identification division.
       program-id. payroll.
       data division.
       working-storage section.
       01 ws-hours     pic 9(3)v9.
       01 ws-rate      pic 9(3)v99.
       01 ws-gross     pic 9(6)v99.
       01 ws-table.
          03 ws-entry occurs 12 times indexed by ws-ix.
             05 ws-month pic x(9).
       88 is-paid      value 'P'.
       linkage section.
       01 ls-param     pic x(8).
       procedure division using ls-param.
       begin.
           accept ws-hours
           move 12.50 to ws-rate
           multiply ws-hours by ws-rate giving ws-gross rounded
           evaluate true
               when ws-gross > 1000
                   perform tax-high thru tax-exit
               when other
                   perform tax-low
           end-evaluate
           string ls-param delimited by space
                  into ws-month (ws-ix)
           end-string
           perform varying ws-ix from 1 by 1 until ws-ix > 12
               display ws-month (ws-ix)
           end-perform
           exec sql
               select name into :ws-name from staff where id = :ws-id
           end-exec
           call "PRINTIT" using ws-gross
           goback.
       end program payroll.
